#include "projections/opt_out_deadlines.hpp"

#include "projections/opt_outs.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

using events::ConsentChange;

constexpr std::string_view confirmed_in_time = "confirmed_in_2_minutes";

/// The opt-out that a system was told because of: its own, or for a record that turned up later
/// the newest one before.
Position statement_behind(const AddressView& address, const ToldView& told) {
  Position found;
  for (const auto& statement : address.history) {
    if (statement.change.change != ConsentChange::revoked || statement.decided > told.intended)
      continue;
    if (statement.change.input == told.because)
      return told.because;
    found = statement.change.input;
  }
  return found;
}

std::string_view state_of(const AddressView& address, const StatementView& statement,
                          const Due& rule, Timestamp now) {
  const auto due = rule.due;
  const bool only_confirmed = rule.rule == confirmed_in_time;
  bool confirmed = true;
  bool late = false;
  for (const auto& told : address.propagation) {
    if (told.action != "opt_out" || told.state == "suppressed"
        || found_nobody_to_tell(told.state, told.reason_code)
        || statement_behind(address, told) != statement.change.input)
      continue;
    // A record that turned up later has its time from then on.
    const auto spare =
        std::max(told.since, statement.change.received_at) - statement.change.received_at;
    // By law it is honoured once nobody there calls or texts, and that the mark alone keeps up.
    const bool done = told.confirmed != Position{} && (only_confirmed || !told.by_hand);
    const auto since =
        only_confirmed ? told.confirmed_at : std::max(told.confirmed_at, told.mark_at);
    confirmed = confirmed && done;
    late = late || (done ? since : now) > due + spare;
  }
  for (const auto& violation : address.violations)
    late = late || (violation.opt_out == statement.change.input && violation.at > due);
  if (late)
    return "missed";
  return confirmed ? "met" : "open";
}

} // namespace

Timestamp business_days_after(Timestamp from, int days) {
  while (days > 0) {
    from += std::chrono::days{1};
    const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(from)};
    if (day != std::chrono::Saturday && day != std::chrono::Sunday)
      --days;
  }
  return from;
}

std::vector<Due> dues_of(bool email, Timestamp from) {
  constexpr std::chrono::hours warning{24};
  std::vector<Due> out{{confirmed_in_time, from + confirmation_time, from + confirmation_time}};
  if (email) {
    const auto one_click = from + std::chrono::hours{48};
    out.push_back({"one_click_48_hours", one_click, one_click - warning});
  }
  const auto law = business_days_after(from, 10);
  out.push_back(
      {email ? "can_spam_10_business_days" : "tcpa_10_business_days", law, law - warning});
  return out;
}

std::vector<DeadlineView> deadlines_of(const AddressView& address, Timestamp now) {
  std::vector<DeadlineView> out;
  for (const auto& statement : address.history) {
    if (statement.change.change != ConsentChange::revoked)
      continue;
    const auto received = statement.change.received_at;
    for (const auto& due : dues_of(address.kind == events::Field::email, received))
      out.push_back(
          {due.rule, statement.change.input, due.due, state_of(address, statement, due, now)});
  }
  return out;
}

} // namespace tidemark::projections
