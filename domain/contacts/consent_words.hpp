#pragma once
#include "events/format/reason.hpp"

#include <string_view>

/// The words for how far an opt-out or opt-in has come, the same wherever people read of it.
namespace tidemark::domain::consent_words {

inline constexpr std::string_view opted_out = "opted_out"; ///< of a channel
inline constexpr std::string_view not_confirmed = "not confirmed";
inline constexpr std::string_view confirmed = "confirmed";
inline constexpr std::string_view in_part = "taken in part";
inline constexpr std::string_view forwarded = "forwarded"; ///< it received a body that shows it

/// Did the system do what its calls can do, and left the mark to a person?
constexpr bool leaves_the_mark(Reason answer) {
  return answer == Reason::lists_left || answer == Reason::lists_left_mark_not_writable;
}

/// Of a system that has said yes.
inline std::string_view of_yes(Reason answer) {
  return leaves_the_mark(answer) || !explain_reason(answer).next_step.empty() ? in_part : confirmed;
}

} // namespace tidemark::domain::consent_words
