#include "connectors/stop_words.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <array>

// A wish to stop is one however it is written: case, white space, punctuation, quotes and emoji
// around it never make less of it, and a word that is not in the message makes no more.
namespace tidemark::fuzz {
namespace {

using connectors::stop_sign;
using connectors::StopSign;

constexpr std::array<std::string_view, 12> around{" ",
                                                  "\n",
                                                  "\t\r\n",
                                                  ".",
                                                  "!?",
                                                  "\"",
                                                  "\xC2\xA0" /* no-break space */,
                                                  "\xE2\x80\x9C" /* quote */,
                                                  "\xE2\x80\x9D",
                                                  "\xE2\x80\xA6" /* ellipsis */,
                                                  "\xE2\x80\x8B" /* zero width */,
                                                  "\xF0\x9F\x9B\x91" /* stop sign */};

std::string with_case(std::string text, bool upper) {
  std::transform(text.begin(), text.end(), text.begin(), [&](char c) {
    const bool other = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
    return other ? static_cast<char>(c ^ 0x20) : c;
  });
  return text;
}

bool holds_a_word(const std::string& message) {
  const auto letters = [&] {
    std::string out;
    for (const char c : with_case(message, true))
      if (c >= 'A' && c <= 'Z')
        out.push_back(c);
    return out;
  }();
  constexpr std::array<std::string_view, 6> words{"STOP",   "UNSUBSCRIBE", "OPTOUT",
                                                  "CANCEL", "END",         "QUIT"};
  return std::any_of(words.begin(), words.end(),
                     [&](auto word) { return letters.find(word) != std::string::npos; });
}

} // namespace

void check(Input& input) {
  const std::string before(around[input.below(around.size())]);
  const std::string after(around[input.below(around.size())]);
  const std::string message(input.text());
  const auto sign = stop_sign(message);
  require(stop_sign(with_case(message, true)) == sign, "in capitals it is read otherwise");
  require(stop_sign(with_case(message, false)) == sign, "in small letters it is read otherwise");
  require(stop_sign(before + message + after) == sign,
          "with something around it is read otherwise");
  require(sign == StopSign::none || holds_a_word(message), "a wish to stop without a word of it");
}

} // namespace tidemark::fuzz
