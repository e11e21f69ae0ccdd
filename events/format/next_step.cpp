#include "events/format/next_step.hpp"

#include "base/text/alphanumeric_key.hpp"

#include <algorithm>

namespace tidemark {

std::string next_step_for(Reason reason, const StepSubject& subject) {
  const auto position =
      subject.position == Position{} ? std::string() : std::to_string(subject.position.value);
  const auto value_of = [&](std::string_view word) -> std::string_view {
    if (word == "POSITION" || word == "ID")
      return position;
    if (word == "DELIVERY")
      return subject.delivery;
    return word == "CONNECTOR" ? subject.connector : std::string_view();
  };
  const auto step = explain_reason(reason).next_step;
  std::string out;
  for (auto at = step.begin(); at != step.end();) {
    const auto end = std::find_if_not(at, step.end(), is_word_char);
    const auto word = std::string_view(at, end);
    const auto value = value_of(word);
    out += value.empty() ? word : value;
    at = end;
    if (at != step.end())
      out += *at++;
  }
  return out;
}

} // namespace tidemark
