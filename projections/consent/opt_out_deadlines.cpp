#include "projections/consent/opt_out_deadlines.hpp"

#include "domain/consent/deadlines.hpp"
#include "projections/consent/hearing.hpp"
#include "projections/consent/opt_out_rows.hpp"
#include "projections/consent/opt_outs.hpp"

#include <algorithm>
#include <array>

namespace tidemark::projections {
namespace {

using domain::confirmed_in_time;
using events::ConsentChange;

constexpr std::string_view nobody_to_tell = "nobody_to_tell";
constexpr std::string_view met = "met";
constexpr std::string_view lifted = "lifted";
constexpr std::string_view open = "open";
constexpr std::string_view missed = "missed";

bool is_about_email(const StatementView& statement) {
  return statement.change.kind == events::Field::email;
}

/// The opt-out that a system was told because of: its own, or for a record that turned up later
/// the newest one before that closed one of the channels. 0 when it closed none of the kind.
Position opt_out_behind(const AddressView& address, const PropagationView& told, bool email) {
  const auto channels = channels_named(told.channels);
  Position found;
  for (const auto& statement : address.history) {
    if (statement.change.change != ConsentChange::revoked || is_about_email(statement) != email
        || statement.decided > told.intended || !share_one(channels, statement.change.channels))
      continue;
    if (statement.change.input == told.because)
      return told.because;
    found = statement.change.input;
  }
  return found;
}

/// Is it honoured there as the rule asks, and since when? Nothing: it does not count for the rule.
struct Honoured {
  bool done = false;
  Timestamp since;
};
std::optional<Honoured> honoured(const PropagationView& told, bool only_confirmed) {
  if (told.hears) {
    const bool by_people =
        told.state == hearing::to_be_done_by_hand || told.state == hearing::done_by_hand;
    if (by_people && only_confirmed)
      return std::nullopt;
    return Honoured{told.forwarded != Position{} || told.done_by_hand != Position{},
                    std::max(told.forwarded_at, told.done_at)};
  }
  // By law it is honoured once nobody there calls or texts, and that the mark alone keeps up.
  const bool unmarked = told.by_hand || told.lifted_unmarked;
  return Honoured{told.confirmed != Position{} && (only_confirmed || !unmarked),
                  only_confirmed ? told.confirmed_at
                                 : std::max({told.confirmed_at, told.mark_at, told.done_at})};
}

std::string_view state_of(const AddressView& address, const StatementView& statement,
                          const domain::Due& rule, Timestamp now) {
  const auto due = rule.due;
  const bool only_confirmed = rule.rule == confirmed_in_time;
  const auto& said = statement.change;
  const bool email = is_about_email(statement);
  bool required = statement.under_way;
  bool confirmed = !statement.under_way;
  bool taken_back = false;
  // What was carried over, and a record that turned up later, has its time from then on.
  const auto decided =
      said.reason_code == Reason::carried_over ? statement.decided_at : said.received_at;
  bool late = statement.under_way && now > due + (decided - said.received_at);
  for (const auto& told : address.propagation) {
    if (told.action != "opt_out" || told.state == "suppressed"
        || found_nobody_to_tell(told.state, told.reason_code)
        || opt_out_behind(address, told, email) != said.input)
      continue;
    const auto there = honoured(told, only_confirmed);
    required = true;
    if (!there)
      continue;
    const auto spare = std::max(told.since, said.received_at) - said.received_at;
    const bool is_lifted = told.lifted != Position{};
    taken_back = taken_back || (!there->done && is_lifted);
    confirmed = confirmed && (there->done || is_lifted);
    const auto end = there->done ? there->since : is_lifted ? told.lifted_at : now;
    late = late || end > due + spare;
  }
  for (const auto& violation : address.violations)
    late = late
           || (violation.opt_out == said.input && violation.at > due
               && (violation.channel == events::Channel::email) == email);
  if (late)
    return missed;
  if (!required)
    return nobody_to_tell;
  return !confirmed ? open : taken_back ? lifted : met;
}

/// Of several states the highest is told.
std::ptrdiff_t badness(std::string_view state) {
  constexpr std::array states{nobody_to_tell, met, lifted, open, missed};
  return std::find(states.begin(), states.end(), state) - states.begin();
}

} // namespace

std::vector<DeadlineView> deadlines_of(const AddressView& address, Timestamp now) {
  std::vector<DeadlineView> out;
  for (const auto& statement : address.history) {
    if (statement.change.change != ConsentChange::revoked)
      continue;
    const auto input = statement.change.input;
    for (const auto& due :
         domain::dues_of(is_about_email(statement), statement.change.received_at)) {
      const auto state = state_of(address, statement, due, now);
      // What was carried over channel by channel, or for both kinds of address, is one opt-out.
      const auto same = std::find_if(out.begin(), out.end(), [&](const DeadlineView& one) {
        return one.opt_out == input && one.rule == due.rule;
      });
      if (same == out.end())
        out.push_back({due.rule, input, due.due, state});
      else if (badness(state) > badness(same->state))
        same->state = state;
    }
  }
  return out;
}

} // namespace tidemark::projections
