#pragma once
#include <cstdint>
#include <span>
#include <string_view>

/// The words of keyword_recognition.hpp as data. All are in the form of `folded_words`, so
/// "opt-out" is "optout"; "stop all" and "opt out" are written together, as recognition reads them.
namespace tidemark::domain {

enum class PhraseUse : std::uint8_t {
  stop, ///< alone an opt-out (requirement E6.2), inside other text a review (requirement E6.4)
  stop_alone, ///< alone an opt-out; inside other text it means too much else
  inside,     ///< inside other text a review
  help,       ///< alone only, as are the next two (requirement E6.5)
  resume,
  resume_if_asked,
  review_alone, ///< alone, with or without courtesy, a review; inside other text it means too much
                ///< else
};

struct Phrase {
  std::string_view language; ///< ISO 639-1
  std::string_view words;    ///< with one space between them
  PhraseUse use;
};
std::span<const Phrase> recognition_phrases();

/// Words that may stand for each other in a pattern, or be left out of every message ("courtesy").
struct WordClass {
  std::string_view name;
  std::string_view phrases; ///< divided by '|'
};
std::span<const WordClass> recognition_classes();

/// What is an opt-out besides single words (requirement E6.3): words and <classes> in order, each
/// with an optional '?' (may lack), '*' (any number) or '+' (one or more). A message is one or
/// several. <stop_word> stands for all phrases of use stop and stop_alone.
std::span<const std::string_view> recognition_patterns();

} // namespace tidemark::domain
