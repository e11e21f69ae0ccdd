#include "domain/delivery/delivery_order.hpp"

#include "base/contains.hpp"

#include <algorithm>
#include <tuple>

namespace tidemark::domain {
namespace {

bool counts_on(const PendingDelivery& newer, const PendingDelivery& older) {
  return contains(newer.counts_on, older.intent.delivery);
}

/// The newer one makes the older superfluous. An intent is the difference to what the system holds
/// or is being sent, so it stands for all older ones that were not out when it was made. One that
/// was out then, or may have taken effect, counted as sent: only an intent that states its fields
/// again stands for it, and none does for a create, whose key and answer tell which record it made.
bool covers(const PendingDelivery& newer, const PendingDelivery& older) {
  if (newer.action || older.action)
    return false;
  if (is_forward(newer) || is_forward(older)) // each body goes on
    return false;
  if (!older.intent.replaces.value.empty() && older.intent.replaces != newer.intent.replaces
      && older.intent.replaces != newer.intent.remote_id)
    return false; // the record that takes another's place is still to be made
  if (!older.after_unknown && !counts_on(newer, older))
    return true;
  if (older.intent.operation == events::Operation::create)
    return false;
  return std::all_of(
      older.intent.fields.begin(), older.intent.fields.end(),
      [&](const auto& entry) { return newer.intent.fields.find(entry.first) != nullptr; });
}

/// A newer one stands for it: it is not to be sent any more, also not in place of an older one.
bool is_outdated(const DeliveryQueue& lane, std::size_t index) {
  return std::any_of(lane.pending.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                     lane.pending.end(),
                     [&](const auto& newer) { return covers(newer, lane.pending[index]); });
}

/// Messages of a thread that wait together are shown in the order in which they were said.
std::size_t earliest_said(const DeliveryQueue& lane, std::size_t first) {
  const auto said = [&](std::size_t i) -> const std::string* {
    const auto& action = lane.pending[i].action;
    const bool shows = action && action->action == events::Action::log_message && action->message
                       && !action->message->stated_at.empty();
    return shows ? &action->message->stated_at : nullptr;
  };
  auto best = first;
  if (said(first))
    for (auto i = first + 1; i < lane.pending.size(); ++i)
      if (const auto* at = said(i); at && *at < *said(best))
        best = i;
  return best;
}

/// Its record is not known yet, but about to be made. Where none is coming any more, the connector
/// says what that means. An opt-out calls the create off, so it waits for none.
bool waits_for_record(const DeliveryQueue& lane, const PendingDelivery& p) {
  return p.action->needs_record && p.action->action != events::Action::opt_out
         && lane.remote_id.value.empty() && p.intent.remote_id.value.empty()
         && std::any_of(lane.pending.begin(), lane.pending.end(), [](const auto& other) {
              return !other.action && other.intent.operation == events::Operation::create;
            });
}

/// The opt-out or opt-in that is due first, opt-outs before opt-ins. Neither overtakes an earlier
/// one of the other kind about the same channel of the same record.
std::optional<NextDelivery> next_consent(const DeliveryQueue& lane) {
  using Rank = std::tuple<Timestamp, bool, std::size_t>;
  std::optional<Rank> best;
  for (std::size_t i = 0; i < lane.pending.size(); ++i) {
    const auto& p = lane.pending[i];
    if (!p.action || !is_consent(*p.action) || waits_for_record(lane, p))
      continue;
    const bool is_behind =
        std::any_of(lane.pending.begin(), lane.pending.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const auto& earlier) {
                      return earlier.action && is_consent(*earlier.action)
                             && earlier.action->action != p.action->action
                             && concern_one_channel(*earlier.action, *p.action);
                    });
    const Rank rank{p.not_before, p.action->action == events::Action::opt_in, i};
    if (!is_behind && (!best || rank < *best))
      best = rank;
  }
  return best ? std::optional(NextDelivery{std::get<std::size_t>(*best), {}}) : std::nullopt;
}

/// What answers the person's own words is not held up by what others wrote.
std::optional<NextDelivery> own_answer(const DeliveryQueue& lane) {
  for (std::size_t i = 0; i < lane.pending.size(); ++i) {
    const auto& action = lane.pending[i].action;
    if (action && action->action == events::Action::send_message
        && action->purpose != "conversation")
      return NextDelivery{i, {}};
  }
  return std::nullopt;
}

/// The first of the actions; none when it waits for a record, so that those behind it wait too.
std::optional<NextDelivery> first_action(const DeliveryQueue& lane) {
  for (std::size_t i = 0; i < lane.pending.size(); ++i) {
    const auto& p = lane.pending[i];
    if (p.action)
      return waits_for_record(lane, p) ? std::nullopt
                                       : std::optional(NextDelivery{earliest_said(lane, i), {}});
  }
  return std::nullopt;
}

/// Among the intents that write values.
std::optional<NextDelivery> next_values(const DeliveryQueue& lane) {
  std::vector<std::size_t> values;
  for (std::size_t i = 0; i < lane.pending.size(); ++i)
    if (!lane.pending[i].action)
      values.push_back(i);
  if (values.empty())
    return std::nullopt;
  const auto& oldest = lane.pending[values.front()];
  if (oldest.held_until != Timestamp{}) // the body with the mark goes before those that wait for it
    for (const auto index : values)
      if (events::shows_text_mark(lane.pending[index].intent))
        return NextDelivery{index, {}};
  for (std::size_t n = values.size(); n-- > 1;) {
    const auto newer = values[n];
    // The first one is due unless a newer one covers it; then that one stands for all it covers.
    if (!covers(lane.pending[newer], oldest) || is_outdated(lane, newer))
      continue;
    NextDelivery next{newer, {}};
    for (std::size_t older = 0; older < n; ++older)
      if (covers(lane.pending[newer], lane.pending[values[older]]))
        next.superseded.push_back(values[older]);
    if (next.superseded.size() == n)
      return next;
  }
  return NextDelivery{values.front(), {}};
}

/// Of a body to go on and an action, which do not need each other: a body that is not taken keeps
/// no text waiting, nor the other way round.
NextDelivery sooner(const DeliveryQueue& lane, const NextDelivery& body,
                    const NextDelivery& action) {
  const auto due = [&](const NextDelivery& next) {
    return std::pair(due_at(lane.pending[next.index]), next.index);
  };
  return due(body) < due(action) ? body : action;
}

/// Is the body the next in the way of one that tells the system of an opt-out? Our own answer to
/// the STOP may have to wait for much, as for an operator who stopped all texts: the mark does not.
bool mark_goes_first(const DeliveryQueue& lane, const std::optional<NextDelivery>& body,
                     const NextDelivery& answer) {
  if (!body || !is_forward(lane.pending[body->index]))
    return false;
  return due_at(lane.pending[body->index]) <= due_at(lane.pending[answer.index])
         && std::any_of(lane.pending.begin(), lane.pending.end(), [](const auto& p) {
              return !p.action && events::shows_text_mark(p.intent);
            });
}

} // namespace

std::optional<NextDelivery> next_delivery(const DeliveryQueue& lane) {
  // What is out, or in the middle of an attempt, goes on first.
  for (std::size_t i = 0; i < lane.pending.size(); ++i)
    if (lane.pending[i].dispatched || lane.pending[i].mid_attempt)
      return NextDelivery{i, {}};
  if (auto consent = next_consent(lane))
    return consent;
  auto values = next_values(lane);
  if (auto answer = own_answer(lane))
    return mark_goes_first(lane, values, *answer) ? values : answer;
  if (!values)
    return first_action(lane);
  if (is_forward(lane.pending[values->index]))
    if (auto action = first_action(lane))
      return sooner(lane, *values, *action);
  return values;
}

} // namespace tidemark::domain
