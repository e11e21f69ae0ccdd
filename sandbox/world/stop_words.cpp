#include "sandbox/world/stop_words.hpp"

#include "base/contains.hpp"
#include "sandbox/world/contact_book.hpp"

namespace tidemark::sandbox {
namespace {

std::string folded(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return lower_case(std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1)));
}

} // namespace

bool is_stop_word(std::string_view text) {
  static constexpr auto stops =
      words("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit");
  return contains(stops, folded(text));
}

bool is_start_word(std::string_view text) {
  const auto word = folded(text);
  return word == "start" || word == "unstop";
}

} // namespace tidemark::sandbox
