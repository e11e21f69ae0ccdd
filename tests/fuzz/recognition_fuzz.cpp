#include "base/text/folding.hpp"
#include "domain/consent/keyword_recognition.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <array>

// A message means the same however it is written: case, white space, punctuation, quotes and emoji
// around it make neither more nor less of it, and no stop word is overlooked in any text.
namespace tidemark::fuzz {
namespace {

using domain::MessageSign;
using domain::recognise;

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

std::string folded(std::string_view text, Joiners joiners = Joiners::dropped) {
  std::string out;
  for (const auto& word : folded_words(text, joiners))
    out += (out.empty() ? "" : " ") + word;
  return out;
}

} // namespace

void check(Input& input) {
  const std::string before(around[input.below(around.size())]);
  const std::string after(around[input.below(around.size())]);
  const std::string message(input.text());
  const auto read = recognise(message);
  require(recognise(with_case(message, true)) == read, "in capitals it is read otherwise");
  require(recognise(with_case(message, false)) == read, "in small letters it is read otherwise");
  const auto words = folded(message);
  // A stop sign is ornament where there are words, and speaks where there are none.
  require(words.empty() || recognise(before + message + after) == read,
          "with something around it is read otherwise");
  require(read.rule.empty() == (read.sign == MessageSign::none), "a sign without a rule");
  require(folded(words) == words, "folded twice it is another text");
  // Hyphens and apostrophes between words are lost there: then the whole may weigh more.
  const bool has_joiners = folded(message, Joiners::apart) != words;
  const auto left = recognise(words);
  require(words.empty() || left == read
              || (has_joiners && domain::may_be_opt_out(read.sign) && left.sign <= read.sign),
          "what is left after folding is read otherwise");
  require(domain::may_be_opt_out(recognise(message + " stop").sign), "a stop word is overlooked");
  require(domain::may_be_opt_out(recognise("stop " + message).sign), "a stop word is overlooked");
}

} // namespace tidemark::fuzz
