#include "domain/delivery.hpp"

#include "domain/retry.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace tidemark::domain {
namespace {

using events::Event;

bool is_leaving(const events::ActionIntended& action) {
  return action.action == events::Action::leave_lists
         || action.action == events::Action::leave_sequences;
}

/// Finds the pending delivery of an event and notes that something happened to it.
PendingDelivery* touch(DeliveryLane& lane, const DeliveryId& id, Position at,
                       Timestamp recorded_at) {
  const auto found = std::find_if(lane.pending.begin(), lane.pending.end(),
                                  [&](const auto& p) { return p.intent.delivery == id; });
  if (found == lane.pending.end())
    return nullptr;
  found->last_event = at;
  found->last_event_at = recorded_at;
  return &*found;
}

void drop(DeliveryLane& lane, const DeliveryId& id) {
  std::erase_if(lane.pending, [&](const auto& p) { return p.intent.delivery == id; });
  if (!lane.pending.empty() && lane.remote_id_at < lane.pending.front().intent_at)
    lane.remote_id = {};
}

void attempt_over(PendingDelivery& p, Timestamp not_before) {
  p.dispatched = false;
  p.mid_attempt = false;
  if (p.action && p.action->action == events::Action::leave_lists)
    p.answers_before.insert(p.answers_before.end(), p.answers.begin(), p.answers.end());
  p.answers.clear();
  p.not_before = not_before;
}

bool counts_on(const PendingDelivery& newer, const PendingDelivery& older) {
  return std::find(newer.counts_on.begin(), newer.counts_on.end(), older.intent.delivery)
         != newer.counts_on.end();
}

/// The newer one makes the older superfluous. An intent is the difference to what the system holds
/// or is being sent, so it stands for all older ones that were not out when it was made. One that
/// was out then, or may have taken effect, counted as sent: only an intent that states its fields
/// again stands for it, and none does for a create, whose key and answer tell which record it made.
bool covers(const PendingDelivery& newer, const PendingDelivery& older) {
  if (newer.action || older.action)
    return false;
  if ((older.intent.forward.value != 0) != (newer.intent.forward.value != 0))
    return false;
  if (!older.intent.replaces.value.empty())
    return false;
  if (older.intent.forward.value != 0 || (!older.after_unknown && !counts_on(newer, older)))
    return true;
  if (older.intent.operation == events::Operation::create)
    return false;
  return std::all_of(
      older.intent.fields.begin(), older.intent.fields.end(),
      [&](const auto& entry) { return newer.intent.fields.find(entry.first) != nullptr; });
}

void supersede(std::vector<Event>& out, const DeliveryLane& lane, const NextUp& next) {
  const auto& by = lane.pending[next.index].intent.delivery;
  for (auto index : next.superseded)
    out.emplace_back(events::DeliverySuperseded{lane.pending[index].intent.delivery,
                                                lane.pending[index].intent_at, by});
}

events::AnswerFacts facts_of(const PendingDelivery& p, std::string reason_code,
                             events::VendorAnswer answer, std::string detail = {}) {
  return {p.intent.delivery,      p.intent_at,       p.attempt,        p.step,
          std::move(reason_code), std::move(answer), std::move(detail)};
}

Event accepted(const DeliveryLane& lane, const PendingDelivery& p, const Judgement& j,
               events::AnswerFacts facts) {
  events::DeliveryAccepted out;
  out.facts = std::move(facts);
  out.contact = p.intent.contact;
  out.target = p.intent.target;
  auto known = lane.remote_id.value.empty() ? p.intent.remote_id : lane.remote_id;
  if (known == p.intent.replaces)
    known = {}; // the new record's id is not known before it is told or seen
  out.remote_id = j.remote_id.value.empty() ? known : j.remote_id;
  // Its own webhook may have told of a new record before; that it takes another's place is news.
  const bool takes_place = !p.intent.replaces.value.empty() && j.remote_id != p.intent.replaces;
  out.learned_id = !j.remote_id.value.empty() && (j.remote_id != known || takes_place);
  out.replaces = !p.intent.replaces.value.empty() ? p.intent.replaces
                 : out.learned_id && p.intent.operation == events::Operation::update ? known
                                                                                     : RemoteId{};
  if (j.found) { // also where its own webhook has told of it: what waited is planned anew by its
                 // word
    out.learned_id = true;
    out.fields = j.fields.value_or(events::FieldSet{});
    return out;
  }
  for (const auto& [field, value] : p.intent.fields) {
    const auto* shown = j.fields ? j.fields->find(field) : nullptr;
    out.fields.set(field, shown ? *shown : value.reveal());
  }
  return out;
}

Timestamp try_again_at(const PendingDelivery& p, const events::VendorAnswer& answer,
                       const Cause& cause) {
  // The answer came `milliseconds` after the dispatch; both are recorded, so a replay agrees.
  const auto answered_at = cause.now + std::chrono::milliseconds{answer.milliseconds};
  std::chrono::milliseconds pause = back_off(p.intent.delivery, p.attempt);
  if (const auto asked = parse_retry_after(answer.retry_after, answered_at))
    pause = std::max(pause, std::chrono::milliseconds{*asked});
  return answered_at + pause;
}

/// One refusal is no reason to leave an opt-out or opt-in untold: it may be of the moment, such as
/// a right that is given back. Not so where there is nobody, or no way, to tell.
bool is_worth_repeating(const PendingDelivery& p, std::string_view reason_code) {
  constexpr std::array<std::string_view, 4> final{
      "no_record_there", "not_found", "target_has_no_such_call", "blocked_there_for_good"};
  return p.action && is_consent(*p.action)
         && std::find(final.begin(), final.end(), reason_code) == final.end();
}

/// Not as long as it may still come about by itself: an opt-out that a system does not get is a
/// person who may be contacted against their word, and a system that asks for time has not refused.
bool is_given_up(const PendingDelivery& p, const Judgement& judgement) {
  const bool waits_for_them =
      judgement.verdict != Verdict::rejected || !is_about_content(judgement.reason_code);
  return p.attempt >= attempts_max && judgement.reason_code != "rate_limited"
         && !(p.action && is_consent(*p.action) && waits_for_them);
}

} // namespace

namespace {

bool names(const events::ActionIntended& action, events::Channel channel) {
  return std::find(action.channels.begin(), action.channels.end(), channel)
         != action.channels.end();
}

/// Are both about one channel of one record? A record that is not known may be any.
bool concern_one_channel(const events::ActionIntended& one, const events::ActionIntended& other) {
  return (one.remote_id == other.remote_id || one.remote_id.value.empty()
          || other.remote_id.value.empty())
         && std::any_of(one.channels.begin(), one.channels.end(),
                        [&](auto channel) { return names(other, channel); });
}

/// One event and its place, as the functions below take it.
struct Happened {
  DeliveryLane& lane;
  const ConnectorName& target;
  Position at;
  Timestamp recorded_at;
  Position correlation;

  PendingDelivery* touched(const DeliveryId& id) const { return touch(lane, id, at, recorded_at); }
  void know(const RemoteId& id) const {
    lane.remote_id = id;
    lane.remote_id_at = at;
  }
  PendingDelivery begun(events::DeliveryIntended intent) const {
    PendingDelivery out;
    out.intent = std::move(intent);
    out.intent_at = at;
    out.correlation = correlation;
    out.last_event = at;
    out.last_event_at = recorded_at;
    return out;
  }
  PendingDelivery* answered(const events::AnswerFacts& facts) const {
    auto* p = touched(facts.delivery);
    if (p) {
      p->dispatched = false;
      p->step = facts.step;
    }
    return p;
  }

  void operator()(const events::DeliveryIntended& e) const {
    if (e.target != target)
      return;
    if (lane.pending.empty())
      lane.remote_id = {}; // the lane begins
    if (!e.replaces.value.empty() || !e.remote_id.value.empty())
      know(e.remote_id); // the contact knows better, or wants a new record
    auto pending = begun(e);
    for (const auto& older : lane.pending)
      if (!older.action && (older.dispatched || older.mid_attempt || older.after_unknown))
        pending.counts_on.push_back(older.intent.delivery);
    lane.pending.push_back(std::move(pending));
  }
  void operator()(const events::ActionIntended& e) const {
    if (e.target != target)
      return;
    if (lane.pending.empty())
      lane.remote_id = {};                            // the lane begins
    const bool is_of_former = is_about_its_record(e); // or may be
    if (!e.remote_id.value.empty() && !is_of_former)
      know(e.remote_id);
    if (e.action == events::Action::opt_out)
      take_from_opt_ins(e);
    auto pending = begun(
        {e.delivery, e.contact, e.target, events::Operation::update, e.remote_id, {}, {}, {}, {}});
    pending.action = std::make_shared<const events::ActionIntended>(e);
    lane.pending.push_back(std::move(pending));
  }
  void operator()(const events::TimerDue& e) const {
    if (auto* p = touched(DeliveryId(e.subject)))
      p->not_before = {};
  }
  void operator()(const events::DeliveryDispatched& e) const {
    if (auto* p = touched(e.delivery)) {
      p->attempt = e.attempt;
      p->step = e.step;
      p->step_name = e.step_name;
      p->dispatched = true;
      p->mid_attempt = false;
    }
  }
  void operator()(const events::DeliveryLookedUp& e) const {
    if (auto* p = answered(e.facts)) {
      p->mid_attempt = true;
      p->answers.push_back(at);
    }
  }
  void operator()(const events::DeliveryUnknown& e) const {
    if (auto* p = answered(e.facts)) {
      p->after_unknown = true;
      p->unknown_step = p->step_name;
      attempt_over(*p, e.not_before);
    }
  }
  void operator()(const events::DeliveryRetryScheduled& e) const {
    if (auto* p = answered(e.facts)) {
      p->token_refreshed |= e.refresh_token;
      attempt_over(*p, e.not_before);
    }
  }
  void operator()(const events::DeliveryAccepted& e) const {
    if (e.target == target && e.learned_id) // an older record's update may be answered late
      know(e.remote_id);
    drop(lane, e.facts.delivery);
    if (e.target == target && e.found())
      empty_waiting(); // the contact decides anew, by what the record shows
  }
  void operator()(const events::ActionAccepted& e) const {
    drop(lane, e.facts.delivery);
    if (e.target == target)
      learn_shown_as(e);
  }
  void operator()(const events::DeliveryRejected& e) const { drop(lane, e.facts.delivery); }
  void operator()(const events::DeliveryDied& e) const { drop(lane, e.facts.delivery); }
  void operator()(const events::DeliverySuperseded& e) const { drop(lane, e.delivery); }
  void operator()(const events::DeliverySuppressed& e) const { drop(lane, e.delivery); }
  void operator()(const events::ContactObserved& e) const {
    if (e.connector != target || e.remote_id.value.empty())
      return;
    if (e.removed && lane.remote_id == e.remote_id) {
      know({});
      empty_waiting(); // somebody deleted it there: nothing of ours makes it anew
    } else if (!e.removed && e.outcome != events::Outcome::superseded) {
      know(e.remote_id);
    }
  }
  /// The contact ended: others write its values now. What it wanted to tell or show still is.
  void operator()(const events::RecordsGiven& e) const {
    if (e.whole)
      empty_waiting();
  }
  /// A status that was to be told before the message stood there names the post by its delivery.
  void learn_shown_as(const events::ActionAccepted& e) const {
    for (auto& p : lane.pending) {
      if (!p.action || p.action->action != events::Action::set_status || !p.action->message
          || !p.action->shown_as.empty())
        continue;
      const auto& names = p.action->message->other_ids;
      if (std::find(names.begin(), names.end(), e.facts.delivery.value) == names.end())
        continue;
      auto known = *p.action;
      known.shown_as = e.result_id;
      p.action = std::make_shared<const events::ActionIntended>(std::move(known));
    }
  }
  /// What an opt-in has not brought about yet must not open what was closed since.
  void take_from_opt_ins(const events::ActionIntended& opt_out) const {
    for (auto& p : lane.pending) {
      if (!p.action || p.action->action != events::Action::opt_in
          || !concern_one_channel(*p.action, opt_out))
        continue;
      auto less = *p.action;
      std::erase_if(less.channels, [&](auto channel) { return names(opt_out, channel); });
      p.action = std::make_shared<const events::ActionIntended>(std::move(less));
    }
  }
  /// What has not left yet is not to bring anything about any more.
  void empty_waiting() const {
    for (auto& p : lane.pending)
      if (!p.action && !p.dispatched && !p.mid_attempt && !p.after_unknown) {
        p.intent.fields = {};
        p.intent.forward = {};
      }
  }
  void operator()(const events::ConsentApplied& e) const {
    if (e.change == events::ConsentChange::ignored)
      return;
    lane.opted_out = e.change == events::ConsentChange::revoked;
    if (lane.opted_out)
      for (auto& p : lane.pending) {
        p.closed_since = true;
        p.answers_before.clear(); // what it was on then, it has left for good
      }
  }
  template <class Other>
  void operator()(const Other&) const {} // says nothing about deliveries
};

} // namespace

void evolve(DeliveryLane& lane, const events::Recorded& recorded, const ConnectorName& target) {
  const auto& envelope = recorded.envelope;
  std::visit(Happened{lane, target, envelope.position, envelope.recorded_at, envelope.correlation},
             recorded.event);
}

bool is_consent(const events::ActionIntended& action) {
  return action.action == events::Action::opt_out || action.action == events::Action::opt_in;
}

bool is_about_its_record(const events::ActionIntended& action) {
  return is_consent(action) || is_leaving(action);
}

bool has_create_out(const DeliveryLane& lane) {
  return std::any_of(lane.pending.begin(), lane.pending.end(), [](const auto& p) {
    return !p.action && p.intent.operation == events::Operation::create && p.attempt > 0;
  });
}

bool is_empty(const PendingDelivery& delivery) {
  if (delivery.action && delivery.action->action == events::Action::opt_in)
    return delivery.action->channels.empty();
  return !delivery.action && delivery.intent.fields.empty() && delivery.intent.forward.value == 0;
}

namespace {

/// A newer one stands for it: it is not to be sent any more, also not in place of an older one.
bool is_outdated(const DeliveryLane& lane, std::size_t index) {
  return std::any_of(lane.pending.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                     lane.pending.end(),
                     [&](const auto& newer) { return covers(newer, lane.pending[index]); });
}

/// Messages of a thread that wait together are shown in the order in which they were said.
std::size_t earliest_said(const DeliveryLane& lane, std::size_t first) {
  const auto said = [&](std::size_t i) -> const std::string* {
    const auto& action = lane.pending[i].action;
    const bool shows = action && action->action == events::Action::log_message && action->message
                       && !action->message->said_at.empty();
    return shows ? &action->message->said_at : nullptr;
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
bool waits_for_record(const DeliveryLane& lane, const PendingDelivery& p) {
  return p.action->needs_record && p.action->action != events::Action::opt_out
         && lane.remote_id.value.empty() && p.intent.remote_id.value.empty()
         && std::any_of(lane.pending.begin(), lane.pending.end(), [](const auto& other) {
              return !other.action && other.intent.operation == events::Operation::create;
            });
}

/// The opt-out or opt-in that is due first, opt-outs before opt-ins. Neither overtakes an earlier
/// one of the other kind about the same channel of the same record.
std::optional<NextUp> next_consent(const DeliveryLane& lane) {
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
  return best ? std::optional(NextUp{std::get<std::size_t>(*best), {}}) : std::nullopt;
}

/// What answers the person's own words is not held up by what others wrote.
std::optional<NextUp> own_answer(const DeliveryLane& lane) {
  for (std::size_t i = 0; i < lane.pending.size(); ++i) {
    const auto& action = lane.pending[i].action;
    if (action && action->action == events::Action::send_message
        && action->purpose != "conversation")
      return NextUp{i, {}};
  }
  return std::nullopt;
}

/// The first of the actions; none when it waits for a record, so that those behind it wait too.
std::optional<NextUp> first_action(const DeliveryLane& lane) {
  for (std::size_t i = 0; i < lane.pending.size(); ++i) {
    const auto& p = lane.pending[i];
    if (p.action)
      return waits_for_record(lane, p) ? std::nullopt
                                       : std::optional(NextUp{earliest_said(lane, i), {}});
  }
  return std::nullopt;
}

/// Among the intents that write values.
std::optional<NextUp> next_values(const DeliveryLane& lane) {
  std::vector<std::size_t> values;
  for (std::size_t i = 0; i < lane.pending.size(); ++i)
    if (!lane.pending[i].action)
      values.push_back(i);
  if (values.empty())
    return std::nullopt;
  const auto& oldest = lane.pending[values.front()];
  for (std::size_t n = values.size(); n-- > 1;) {
    const auto newer = values[n];
    // The first one is due unless a newer one covers it; then that one stands for all it covers.
    if (!covers(lane.pending[newer], oldest) || is_outdated(lane, newer))
      continue;
    NextUp next{newer, {}};
    for (std::size_t older = 0; older < n; ++older)
      if (covers(lane.pending[newer], lane.pending[values[older]]))
        next.superseded.push_back(values[older]);
    if (next.superseded.size() == n)
      return next;
  }
  return NextUp{values.front(), {}};
}

} // namespace

std::optional<NextUp> next_up(const DeliveryLane& lane) {
  // What is out, or in the middle of an attempt, goes on first.
  for (std::size_t i = 0; i < lane.pending.size(); ++i)
    if (lane.pending[i].dispatched || lane.pending[i].mid_attempt)
      return NextUp{i, {}};
  if (const auto consent = next_consent(lane))
    return consent;
  if (const auto answer = own_answer(lane))
    return answer;
  if (auto values = next_values(lane))
    return values;
  return first_action(lane);
}

std::vector<Event> announce(const DeliveryLane& lane, const NextUp& next,
                            const std::string& step_name, bool effect,
                            const std::string& request_sha256, Position evidence) {
  std::vector<Event> out;
  supersede(out, lane, next);
  const auto& p = lane.pending[next.index];
  out.emplace_back(events::DeliveryDispatched{
      p.intent.delivery, p.intent_at, p.mid_attempt ? p.attempt : p.attempt + 1,
      p.mid_attempt ? p.step + 1 : 0, step_name, effect, request_sha256, evidence});
  return out;
}

std::vector<Event> suppress(const DeliveryLane& lane, const NextUp& next, std::string reason_code,
                            Position evidence) {
  std::vector<Event> out;
  supersede(out, lane, next);
  const auto& p = lane.pending[next.index];
  out.emplace_back(
      events::DeliverySuppressed{p.intent.delivery, p.intent_at, std::move(reason_code), evidence});
  return out;
}

Event looked_up(const PendingDelivery& delivery, events::VendorAnswer answer, RemoteId gone) {
  auto reason = gone.value.empty() ? "next_step" : "record_gone";
  return events::DeliveryLookedUp{facts_of(delivery, reason, std::move(answer)),
                                  delivery.intent.contact, delivery.intent.target, std::move(gone)};
}

Event conclude(const DeliveryLane& lane, const PendingDelivery& p, const Judgement& judgement,
               events::VendorAnswer answer, const Cause& cause) {
  const auto again_at = try_again_at(p, answer, cause);
  auto facts = facts_of(p, judgement.reason_code, std::move(answer), judgement.detail);
  if (judgement.verdict == Verdict::accepted && p.action)
    return events::ActionAccepted{std::move(facts),   p.intent.contact,    p.intent.target,
                                  p.action->action,   judgement.result_id, judgement.conversation,
                                  judgement.read_back};
  if (judgement.verdict == Verdict::accepted)
    return accepted(lane, p, judgement, std::move(facts));
  if (judgement.verdict == Verdict::rejected && !is_worth_repeating(p, judgement.reason_code))
    return events::DeliveryRejected{std::move(facts)};
  if (is_given_up(p, judgement))
    return events::DeliveryDied{std::move(facts)};
  if (judgement.verdict == Verdict::unknown)
    return events::DeliveryUnknown{std::move(facts), again_at};
  if (judgement.verdict == Verdict::unauthorized && !p.token_refreshed)
    return events::DeliveryRetryScheduled{std::move(facts), cause.now, true};
  return events::DeliveryRetryScheduled{std::move(facts), again_at, false};
}

} // namespace tidemark::domain
