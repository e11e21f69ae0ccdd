#include "domain/rules/reserved_tags.hpp"

#include "base/text/alphanumeric_key.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {

bool is_opt_out_tag(std::string_view tag) {
  static constexpr std::array<std::string_view, 9> marks{
      "donotcall", "donotcontact", "donottext",   "donotdisturb", "donotsms",
      "optout",    "optedout",     "unsubscribe", "stopsms"};
  const auto squeezed_tag = squeezed(tag);
  if (squeezed_tag == "stop" || squeezed_tag == "stopall"
      || std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
           return squeezed_tag.find(mark) != squeezed_tag.npos;
         }))
    return true;
  // The short marks only at the start of a word: "richmond nc" is a place.
  for (std::size_t i = 0; i + 3 <= tag.size(); ++i) {
    const bool starts = i == 0 || !is_word_char(tag[i - 1]);
    const auto mark = squeezed(tag.substr(i, 3));
    if (starts && (mark == "dnc" || mark == "dnd"))
      return true;
  }
  return false;
}

} // namespace tidemark::domain
