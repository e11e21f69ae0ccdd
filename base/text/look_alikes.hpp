#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Words written with letters that only look like others. All take a word of `folded_words` and any
/// bytes, in time that grows with their number only.
namespace tidemark {

/// The word without combining marks, those in composed letters too: "st\u00F3p" is "stop".
std::string without_marks(std::string_view word);

struct LatinLook {
  std::string word;   ///< in ASCII
  bool mixed = false; ///< letters of more than one script were in it
};
/// The word as it looks, with Latin letters for Cyrillic and Greek ones; nothing when one of its
/// letters looks like no Latin one.
std::optional<LatinLook> latin_look(std::string_view word);

} // namespace tidemark
