#include "domain/delivery/delivery_queue.hpp"

#include "base/contains.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

bool is_leaving(const events::ActionIntended& action) {
  return action.action == events::Action::leave_lists
         || action.action == events::Action::leave_sequences;
}

bool names(const events::ActionIntended& action, events::Channel channel) {
  return contains(action.channels, channel);
}

/// Finds the pending delivery of an event and notes that something happened to it.
PendingDelivery* touch(DeliveryQueue& lane, const DeliveryId& id, Position at,
                       Timestamp recorded_at) {
  const auto found = std::find_if(lane.pending.begin(), lane.pending.end(),
                                  [&](const auto& p) { return p.intent.delivery == id; });
  if (found == lane.pending.end())
    return nullptr;
  found->last_event = at;
  found->last_event_at = recorded_at;
  return &*found;
}

void drop(DeliveryQueue& lane, const DeliveryId& id) {
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

void release(PendingDelivery& p) {
  p.held_for = {};
  p.held_until = {};
}

bool is_opt_out(const PendingDelivery& p) {
  return (p.action && p.action->action == events::Action::opt_out) || shows_mark(p.intent);
}

/// One event and its place, as the functions below take it.
struct QueueFold {
  DeliveryQueue& lane;
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
    if (e.awaits)
      hold(pending, e.awaits->opt_out);
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
    auto pending = begun({.delivery = e.delivery,
                          .contact = e.contact,
                          .target = e.target,
                          .operation = events::Operation::update,
                          .remote_id = e.remote_id});
    pending.after_unknown = e.repeats && e.repeats->unsure;
    pending.action = std::make_shared<const events::ActionIntended>(e);
    lane.pending.push_back(std::move(pending));
  }
  void operator()(const events::TimerDue& e) const {
    if (auto* p = touched(DeliveryId(e.subject))) {
      p->not_before = {};
      release(*p);
    }
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
    if (takes_mark(e.facts.delivery))
      release_bodies();
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
  void operator()(const events::RecordsReleased& e) const {
    if (e.whole)
      empty_waiting();
  }
  /// A status that was to be told before the message stood there names the post by its delivery.
  void learn_shown_as(const events::ActionAccepted& e) const {
    for (auto& p : lane.pending) {
      if (!p.action || p.action->action != events::Action::set_status || !p.action->message
          || !p.action->shown_as.empty())
        continue;
      if (!contains(p.action->message->other_ids, e.facts.delivery.value))
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
  /// What has not left yet is not to bring anything about any more. A body that is to go on says
  /// what another system said, whatever became of ours.
  void empty_waiting() const {
    for (auto& p : lane.pending)
      if (!p.action && !p.dispatched && !p.mid_attempt && !p.after_unknown)
        p.intent.fields = {};
  }
  /// A body waits behind the one that shows the mark, but for those that an opt-out calls off.
  void hold(PendingDelivery& p, Position opt_out) const {
    if (!is_forward(p) || !p.intent.context.empty() || events::shows_text_mark(p.intent))
      return;
    p.held_for = opt_out;
    p.held_until = recorded_at + mark_wait;
  }
  bool takes_mark(const DeliveryId& accepted) const {
    return std::any_of(lane.pending.begin(), lane.pending.end(), [&](const auto& p) {
      return p.intent.delivery == accepted && events::shows_text_mark(p.intent);
    });
  }
  void release_bodies() const {
    for (auto& p : lane.pending)
      release(p);
  }
  void operator()(const events::OptOutMarkedByHand& e) const {
    if (e.connector == target)
      for (auto& p : lane.pending)
        if (p.held_for <= e.up_to)
          release(p);
  }
  void operator()(const events::ConsentApplied& e) const {
    if (e.change == events::ConsentChange::ignored)
      return;
    if (e.held && contains(e.held->at, target))
      for (auto& p : lane.pending)
        if (p.held_for == Position{})
          hold(p, e.input);
    if (e.change == events::ConsentChange::granted && contains(e.channels, events::Channel::sms))
      release_bodies();
    lane.opted_out = e.change == events::ConsentChange::revoked;
    if (contains(e.channels, events::Channel::sms))
      lane.texts_closed = lane.opted_out;
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

void evolve(DeliveryQueue& lane, const events::Recorded& recorded, const ConnectorName& target) {
  const auto& envelope = recorded.envelope;
  std::visit(QueueFold{lane, target, envelope.position, envelope.recorded_at, envelope.correlation},
             recorded.event);
}

bool is_consent(const events::ActionIntended& action) {
  return action.action == events::Action::opt_out || action.action == events::Action::opt_in;
}

bool is_about_its_record(const events::ActionIntended& action) {
  return is_consent(action) || is_leaving(action);
}

bool has_create_out(const DeliveryQueue& lane) {
  return std::any_of(lane.pending.begin(), lane.pending.end(), [](const auto& p) {
    return !p.action && p.intent.operation == events::Operation::create && p.attempt > 0;
  });
}

bool is_empty(const PendingDelivery& delivery) {
  if (delivery.action && delivery.action->action == events::Action::opt_in)
    return delivery.action->channels.empty();
  return !delivery.action && delivery.intent.fields.empty() && delivery.intent.forward.value == 0;
}

bool is_forward(const PendingDelivery& delivery) {
  return !delivery.action && delivery.intent.forward.value != 0;
}

bool shows_mark(const events::DeliveryIntended& intent) {
  return intent.mark && !intent.mark->channels.empty();
}

Timestamp due_at(const PendingDelivery& delivery) {
  return std::max(delivery.not_before, delivery.held_until);
}

bool leaves_with_opt_outs(const DeliveryQueue& lane, const PendingDelivery& delivery) {
  return is_opt_out(delivery)
         || ((delivery.mid_attempt || is_forward(delivery))
             && std::any_of(lane.pending.begin(), lane.pending.end(), is_opt_out));
}

bool concern_one_channel(const events::ActionIntended& one, const events::ActionIntended& other) {
  return (one.remote_id == other.remote_id || one.remote_id.value.empty()
          || other.remote_id.value.empty())
         && std::any_of(one.channels.begin(), one.channels.end(),
                        [&](auto channel) { return names(other, channel); });
}

} // namespace tidemark::domain
