#include "connectors/stop_words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace tidemark::connectors {
namespace {

constexpr std::array<std::string_view, 4> family{"STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT"};
constexpr std::array<std::string_view, 3> whole_only{"CANCEL", "END", "QUIT"};

bool contains(const auto& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

struct Range {
  char32_t first, last;
};
/// Beyond ASCII, what is no part of a word: spaces, punctuation, symbols, emoji.
constexpr std::array<Range, 8> marks{{{0x80, 0xBF},
                                      {0x2000, 0x2BFF},
                                      {0x3000, 0x303F},
                                      {0xFE00, 0xFE6F},
                                      {0xFEFF, 0xFEFF},
                                      {0xFF01, 0xFF0F},
                                      {0xFF1A, 0xFF20},
                                      {0x1F000, 0x1FAFF}}};
/// Of those, what does not end a word: what has no width, hyphens, the typographic apostrophe.
constexpr std::array<Range, 6> joiners{{{0xAD, 0xAD},
                                        {0x200B, 0x2011},
                                        {0x2019, 0x2019},
                                        {0x2060, 0x2060},
                                        {0xFE00, 0xFE0F},
                                        {0xFEFF, 0xFEFF}}};

bool is_in(const auto& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return c >= range.first && c <= range.last; });
}

/// The character beyond ASCII that the text begins with, and its bytes; one byte when it is none.
std::pair<char32_t, std::size_t> wide_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (bytes == 1 || bytes > text.size())
    return {0, 1};
  char32_t out = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U)
      return {0, 1};
    out = (out << 6U) | (next & 0x3FU);
  }
  return {out, bytes};
}

/// Upper-case words; punctuation separates, but an apostrophe or hyphen inside a word does not:
/// "OPT-OUT" is OPTOUT and "don't" one word.
std::vector<std::string> words_of(std::string_view message) {
  std::vector<std::string> out;
  bool inside = false;
  while (!message.empty()) {
    const char c = message.front();
    const auto [wide, bytes] = wide_character(message);
    const auto character = message.substr(0, bytes);
    message.remove_prefix(bytes);
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    const bool letter =
        upper || lower || (c >= '0' && c <= '9') || ((c & '\x80') != 0 && !is_in(marks, wide));
    if (letter && !inside)
      out.emplace_back();
    if (lower)
      out.back().push_back(static_cast<char>(c - 'a' + 'A'));
    else if (letter)
      out.back() += character;
    inside = letter || (inside && (c == '-' || c == '\'' || is_in(joiners, wide)));
  }
  return out;
}

} // namespace

StopSign stop_sign(std::string_view message) {
  auto words = words_of(message);
  // "STOP ALL" and "OPT OUT" are written apart as often as together.
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if ((words[i] == "STOP" && words[i + 1] == "ALL")
        || (words[i] == "OPT" && words[i + 1] == "OUT")) {
      words[i] += words[i + 1];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  if (words.empty())
    return StopSign::none;
  if (words.size() == 1 && (contains(family, words[0]) || contains(whole_only, words[0])))
    return StopSign::opt_out;
  if (words.size() <= 3 && contains(family, words[0]))
    return StopSign::opt_out;
  const bool any = std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return contains(family, word) || contains(whole_only, word);
  });
  return any ? StopSign::possible : StopSign::none;
}

} // namespace tidemark::connectors
