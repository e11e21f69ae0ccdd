#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark {

/// What an apostrophe or hyphen inside a word does. People type hyphens where they mean dashes.
enum class Joiners : std::uint8_t {
  dropped,       ///< it goes without separating: "Opt-Out" is {"optout"}, "don't" {"dont"}
  hyphens_apart, ///< hyphens separate
  apart,         ///< apostrophes too
};

/// The words of a text that people wrote, in the form in which equal words are equal: Unicode NFKC
/// without case and without characters that show nothing (requirement E6.1). Spaces, punctuation,
/// symbols, emoji and bytes that are no UTF-8 separate words. Accents stay. Takes any bytes, in
/// time that grows with their number only; folding the words again changes nothing.
std::vector<std::string> folded_words(std::string_view text, Joiners joiners = Joiners::dropped);

} // namespace tidemark
