#include "domain/intake/decision_parts.hpp"
#include "replay-tools/what_if/other_tenant.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

/// The delivery that an append is about: its last event concludes, or announces.
DeliveryId delivery_in(const events::Event& last) {
  if (const auto* facts = domain::answer_facts(last))
    return facts->delivery;
  if (const auto* dispatched = std::get_if<events::DeliveryDispatched>(&last))
    return dispatched->delivery;
  const auto* suppressed = std::get_if<events::DeliverySuppressed>(&last);
  return suppressed ? suppressed->delivery : DeliveryId();
}

/// Does identity hear of it?
bool teaches(const events::Event& answer) {
  if (const auto* accepted = std::get_if<events::DeliveryAccepted>(&answer))
    return accepted->learned_id;
  const auto* looked_up = std::get_if<events::DeliveryLookedUp>(&answer);
  return looked_up && !looked_up->gone.value.empty();
}

const domain::PendingDelivery* pending_in(const ReplayLane* lane, const DeliveryId& delivery) {
  if (!lane)
    return nullptr;
  const auto& all = lane->lane.pending;
  const auto found = std::ranges::find_if(
      all, [&](const auto& pending) { return pending.intent.delivery == delivery; });
  return found == all.end() ? nullptr : &*found;
}

const events::DeliveryDispatched* dispatched_last(const std::vector<events::Event>& decision) {
  return decision.empty() ? nullptr : std::get_if<events::DeliveryDispatched>(&decision.back());
}

/// The ids that the recorded answer told, of an answer that is taken for a yes.
domain::DeliveryResult as_told(const events::Event& recorded) {
  domain::DeliveryResult out{domain::DeliveryVerdict::accepted};
  if (const auto* accepted = std::get_if<events::DeliveryAccepted>(&recorded))
    out.remote_id = accepted->remote_id;
  else if (const auto* shown = std::get_if<events::ActionAccepted>(&recorded))
    out.result_id = shown->result_id;
  return out;
}

/// As it would be under that id.
domain::PendingDelivery with_id(domain::PendingDelivery pending, const DeliveryId& id) {
  pending.intent.delivery = id;
  if (!pending.action)
    return pending;
  auto action = *pending.action;
  action.delivery = id;
  pending.action = std::make_shared<const events::ActionIntended>(std::move(action));
  return pending;
}

} // namespace

void OtherTenant::delivery_decided(RecordedAppend append) {
  const auto& contact = append.subject.contact;
  if (is_forked(contact))
    return delivery_decided_beside(append);
  const auto decision = attempted_again(append.events, append.subject, state_, with());
  const bool is_left_out = !decision && alternative_.configurations.contains(tenant_)
                           && recorded_connectors_.contains(append.subject.target);
  looked_.not_recomputable += decision || is_left_out ? 0 : 1;
  const auto same = [](const ReplayEvent& was, const events::Event& now) {
    return was.recorded.event == now;
  };
  if (!is_left_out && (!decision || std::ranges::equal(append.events, *decision, same)))
    return fold_recorded(append);
  fork(contact);
  delivery_decided_beside(append);
}

/// Of a contact that has a state of its own: the log says when it was the delivery's turn, and what
/// the answer to its request was.
void OtherTenant::delivery_decided_beside(RecordedAppend append) {
  const LaneKey key{append.subject.target, append.subject.contact};
  const auto& last = append.last();
  const auto told = delivery_in(last.event);
  auto& fork = forks_.at(key.second);
  const bool is_answer =
      fork.deliveries[told].recorded.out && domain::answer_facts(last.event) != nullptr;
  keep_recorded(append);
  const auto id = fork.other_id(told);
  const auto* lane = state_.lane_if_any(key);
  const auto* ours = pending_in(lane, id);
  const auto* configured = state_.configured(key.first);
  if (ours && ours->dispatched && fork.other_requests.contains(id)) {
    if (!fork.open.contains(told))
      assume_accepted(key, id, as_told(last.event), place_of(append));
  } else if (ours && configured && ours->dispatched && is_answer)
    fold_own(
        concluded_again(state_, *lane, *ours, *configured, append.events.back(), attempt_context()),
        append.subject, place_of(append), append.events.back().attachment);
  else if (ours && configured && !ours->dispatched && !is_answer)
    begin_as_recorded(append, id);
  const auto at = last.envelope.position;
  const bool is_taught = state_.teaching(at) != nullptr;
  if (teaches(last.event) && !is_taught)
    not_made_.insert(at);
  else if (!teaches(last.event) && is_taught)
    teach(at, last.envelope.correlation);
  drive(key.second);
}

OtherTenant::Events OtherTenant::begun(const ReplayLane& lane, const domain::NextDelivery& next,
                                       const LaneKey& key,
                                       std::span<const ReplayEvent> recorded) const {
  const auto* configured = state_.configured(key.first);
  if (!configured)
    return {};
  const RecordedAttempt attempt(state_, lane, lane.lane.pending[next.index], *configured, recorded,
                                {at_, now_});
  auto out = domain::begin_attempt(lane.lane, next, attempt, attempt_context());
  auto* events = std::get_if<Events>(&out);
  return events ? std::move(*events) : Events{};
}

void OtherTenant::begin_as_recorded(const RecordedAppend& append, const DeliveryId& delivery) {
  const LaneKey key{append.subject.target, append.subject.contact};
  const auto* lane = state_.lane_if_any(key);
  const auto next = domain::next_delivery(lane->lane);
  if (!next || lane->lane.pending[next->index].intent.delivery != delivery)
    return; // something is before it here: it follows by itself
  auto decision = begun(*lane, *next, key, append.events);
  const bool is_out = dispatched_last(decision) != nullptr;
  const bool is_other = is_out && !is_same_request(key, delivery, append.last().event);
  fold_own(std::move(decision), append.subject, place_of(append));
  if (is_other)
    forks_.at(key.second).other_requests.insert(delivery);
}

bool OtherTenant::is_same_request(const LaneKey& key, const DeliveryId& delivery,
                                  const events::Event& recorded) const {
  const auto* dispatched = std::get_if<events::DeliveryDispatched>(&recorded);
  const auto* lane = state_.lane_if_any(key);
  const auto* pending = pending_in(lane, delivery);
  const auto* configured = state_.configured(key.first);
  if (!dispatched || !pending || !configured)
    return false;
  const auto step =
      connectors::next_step(*configured, lane->lane, with_id(*pending, dispatched->delivery),
                            state_.attempt_of(*lane, *pending), pending->last_event_at);
  const auto* send = std::get_if<connectors::Send>(&step);
  return send && send->step == dispatched->step_name
         && connectors::hash_of(step) == dispatched->request_sha256;
}

void OtherTenant::drive(const ContactId& contact) {
  for (const auto& target : state_.pending_targets(contact))
    while (drive_one({target, contact})) {
    }
}

void OtherTenant::drive_due() {
  while (!due_.empty() && due_.begin()->first <= now_)
    drive(due_.extract(due_.begin()).value().second);
}

/// False: nothing can begin, or it is for the log to say when.
bool OtherTenant::drive_one(const LaneKey& key) {
  const auto* lane = state_.lane_if_any(key);
  const auto next = lane ? domain::next_delivery(lane->lane) : std::nullopt;
  if (!next)
    return false;
  const auto& pending = lane->lane.pending[next->index];
  const auto id = pending.intent.delivery;
  const auto& fork = forks_.at(key.second);
  if (pending.dispatched || fork.open.contains(fork.recorded_id(id)))
    return false;
  if (const auto until = domain::waits_until(lane->lane, *next); until > now_) {
    due_.emplace(until, key.second);
    return false;
  }
  auto here = place_here();
  here.envelope.cause = pending.last_event;
  here.envelope.correlation = pending.correlation;
  here.envelope.decider = events::Decider::delivery;
  auto decision = begun(*lane, *next, key, {});
  if (decision.empty())
    return false;
  const bool is_out = dispatched_last(decision) != nullptr;
  fold_own(std::move(decision), {key.second, key.first}, here);
  if (is_out)
    assume_accepted(key, id);
  return true;
}

/// Nobody knows the answer: it is taken for a yes, with an id where it would have told one.
void OtherTenant::assume_accepted(const LaneKey& key, const DeliveryId& delivery) {
  const auto* pending = pending_in(state_.lane_if_any(key), delivery);
  if (!pending)
    return;
  const auto correlation = pending->correlation;
  auto here = place_here();
  here.envelope.position = Position{first_made_up + made_up_++};
  assume_accepted(key, delivery, {domain::DeliveryVerdict::accepted}, here);
  if (state_.teaching(here.envelope.position))
    teach(here.envelope.position, correlation);
}

void OtherTenant::assume_accepted(const LaneKey& key, const DeliveryId& delivery,
                                  domain::DeliveryResult result, const Place& place) {
  const auto* lane = state_.lane_if_any(key);
  const auto* pending = pending_in(lane, delivery);
  if (!pending)
    return;
  if (pending->action && result.result_id.empty())
    result.result_id = std::string(assumed_id) + delivery.value;
  else if (!pending->action && pending->intent.operation == events::Operation::create
           && result.remote_id.value.empty())
    result.remote_id = RemoteId(std::string(assumed_id) + delivery.value);
  events::VendorAnswer answer;
  answer.http_status = 200;
  auto at = place;
  at.envelope.cause = pending->last_event;
  at.envelope.correlation = pending->correlation;
  auto conclusion =
      domain::conclude(lane->lane, *pending, result, answer,
                       {pending->last_event, 0, pending->last_event_at, incarnation_});
  auto& noted = forks_.at(key.second).deliveries[delivery].other;
  noted.assumed = noted.sent = true;
  ++looked_.assumed;
  fold_own(Events{std::move(conclusion)}, {key.second, key.first}, at);
}

void OtherTenant::teach(Position answer, Position correlation) {
  auto here = place_here();
  here.envelope.cause = answer;
  here.envelope.correlation = correlation;
  here.envelope.decider = events::Decider::interpreter;
  auto decision = interpreted_again(here.envelope, state_, with());
  if (!decision)
    return;
  if (const auto* interpreted = domain::interpreted_in(*decision))
    expect(std::vector(interpreted->commands), answer, {}, correlation);
  for (const auto& contact : unrecorded_)
    fork(contact);
  fold_own(*std::move(decision), Subject{}, here);
  decide_unrecorded();
}

} // namespace tidemark::tools
