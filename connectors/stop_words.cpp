#include "connectors/stop_words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace tidemark::connectors {
namespace {

constexpr std::array<std::string_view, 4> family{"STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT"};
constexpr std::array<std::string_view, 3> whole_only{"CANCEL", "END", "QUIT"};

bool contains(const auto& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Upper-case words; punctuation separates, but an apostrophe or hyphen inside a word does not:
/// "OPT-OUT" is OPTOUT and "don't" one word.
std::vector<std::string> words_of(std::string_view message) {
  std::vector<std::string> out;
  bool inside = false;
  for (char c : message) {
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    const bool letter = upper || lower || (c >= '0' && c <= '9') || (c & '\x80') != 0;
    if (letter && !inside)
      out.emplace_back();
    if (letter)
      out.back().push_back(lower ? static_cast<char>(c - 'a' + 'A') : c);
    inside = letter || (inside && (c == '-' || c == '\''));
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
