#include "domain/rules/reserved_tags.hpp"

#include "base/text/alphanumeric_key.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {

bool is_opt_out_tag(std::string_view tag) {
  static constexpr std::array<std::string_view, 9> marks{
      "donotcall", "donotcontact", "donottext",   "donotdisturb", "donotsms",
      "optout",    "optedout",     "unsubscribe", "stopsms"};
  const auto alphanumeric_tag = alphanumeric_key(tag);
  if (alphanumeric_tag == "stop" || alphanumeric_tag == "stopall"
      || std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
           return alphanumeric_tag.find(mark) != alphanumeric_tag.npos;
         }))
    return true;
  // The short marks only at the start of a word: "richmond nc" is a place.
  for (std::size_t i = 0; i + 3 <= tag.size(); ++i) {
    const bool starts = i == 0 || !is_word_char(tag[i - 1]);
    const auto mark = alphanumeric_key(tag.substr(i, 3));
    if (starts && (mark == "dnc" || mark == "dnd"))
      return true;
  }
  return false;
}

} // namespace tidemark::domain
