#include "domain/sync/redelivery.hpp"

#include "base/contains.hpp"
#include "domain/contacts/heard_marks.hpp"
#include "domain/contacts/records.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"
#include "domain/lists/membership_planner.hpp"
#include "domain/sync/forwarding.hpp"
#include "domain/sync/target_planner.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Action;
using events::Outcome;

bool is_closed(const ContactConsent& consent, events::Channel channel) {
  return std::any_of(consent.closed.begin(), consent.closed.end(),
                     [&](const auto& closed) { return closed.channel == channel; });
}

/// One request: what is planned for the system, or an outcome that says why nothing is.
class Retry {
public:
  Retry(Plan& plan, const events::DeliveryRetryRequested& request, const SystemRule& system)
      : plan_(plan), request_(request), system_(system) {}

  void decide() {
    if (!system_.receives)
      return plan_.skip(system_, Reason::target_does_not_receive);
    if (request_.action)
      return act(*request_.action);
    if (request_.forward.value != 0)
      return forward();
    if (is_suppressed(plan_.contact.consent))
      return plan_.add_outcome(system_, Outcome::blocked, Reason::opted_out);
    values();
  }

private:
  /// An older body behind a newer one could take back what that one says; one that can open nothing
  /// takes nothing back from somebody who is closed.
  void forward() {
    const bool closed = is_suppressed(plan_.contact.consent);
    if (request_.may_open && (request_.mark ? are_texts_closed(plan_.contact.consent) : closed))
      return plan_.add_outcome(system_, Outcome::blocked, Reason::opted_out);
    for (const auto& newest : plan_.contact.forwarded)
      if (!closed && newest.target == system_.name && newest.webhook > request_.forward)
        return plan_.add_outcome(system_, Outcome::superseded, Reason::newer_body_forwarded);
    events::DeliveryIntended intent;
    intent.operation = events::Operation::update;
    intent.forward = request_.forward;
    if (request_.may_open)
      intent.context = plan_.contact.merged;
    intent.mark = request_.mark;
    plan_.begin("");
    hand_on(plan_, system_, std::move(intent));
  }

  /// Where the record is gone, only a person who asks for that gets another one made.
  void values() {
    const auto& records = plan_.contact.records;
    const bool had_one = std::any_of(records.begin(), records.end(), [&](const auto& record) {
      return record.connector == system_.name && !record.removed && !record.replaced;
    });
    if (had_one && !live_record(plan_.contact, system_.name))
      return plan_.skip(system_, Reason::record_lost);
    if (!system_.capabilities.contact_api)
      return plan_.skip(system_, Reason::target_has_no_contact_api);
    plan_values(plan_, system_);
  }

  void act(const events::ActionIntended& action) {
    switch (action.action) {
    case Action::opt_out:
    case Action::opt_in:
      return tell_consent(action);
    case Action::log_call:
      return again_unless(call_cared_for(plan_.contact.calls, action), action);
    case Action::log_message:
      return again_unless(message_cared_for(plan_.contact.messages, action), action);
    case Action::send_message:
      return send(action);
    case Action::set_status:
    case Action::add_tags:
    case Action::remove_tags:
      return again(action);
    case Action::join_list:
    case Action::leave_lists:
    case Action::set_owner:
    case Action::join_sequence:
    case Action::leave_sequences:
      return lists();
    }
  }

  /// Only channels that still stand as it says, and that nobody told the system of since.
  void tell_consent(events::ActionIntended action) {
    const auto& consent = plan_.contact.consent;
    const bool closes = action.action == Action::opt_out;
    std::erase_if(action.channels,
                  [&](auto channel) { return !system_.capabilities.reaches_by.has(channel); });
    if (action.channels.empty())
      return plan_.skip(system_, Reason::reaches_nobody_that_way);
    std::erase_if(action.channels,
                  [&](auto channel) { return is_closed(consent, channel) != closes; });
    if (action.channels.empty())
      return plan_.add_outcome(system_, Outcome::no_change, Reason::consent_changed_since);
    std::erase_if(action.channels, [&](auto channel) {
      return std::any_of(consent.propagated.begin(), consent.propagated.end(),
                         [&](const auto& told) {
                           return told.target == system_.name && told.record == action.remote_id
                                  && told.channel == channel && told.closed == closes
                                  && told.delivery != action.delivery;
                         });
    });
    if (action.channels.empty())
      return plan_.add_outcome(system_, Outcome::no_change, Reason::already_told);
    again(std::move(action));
  }

  /// The gate decides again when it is to leave; what it would refuse for good is refused here.
  void send(const events::ActionIntended& action) {
    const bool agents = action.purpose == "conversation";
    if (request_.unsure && !request_.may_repeat)
      return plan_.skip(system_, Reason::may_have_left);
    if (agents && action.message && is_closed(plan_.contact.consent, action.message->channel))
      return plan_.add_outcome(system_, Outcome::blocked, Reason::opted_out);
    const std::chrono::seconds age_max(request_.max_age_seconds);
    if (plan_.cause.now - request_.intended_at > age_max)
      return plan_.skip(system_, Reason::too_old_to_send);
    again_unless(message_cared_for(plan_.contact.messages, action), action);
  }

  void lists() {
    if (is_suppressed(plan_.contact.consent, system_.capabilities))
      return plan_.add_outcome(system_, Outcome::blocked, Reason::opted_out);
    plan_.begin("activity");
    plan_lists_anew(plan_, system_);
    if (plan_.events.empty() && plan_.outcomes.empty())
      plan_.add_outcome(system_, Outcome::no_change, Reason::nothing_to_rebuild);
  }

  void again_unless(Reason cared_for, const events::ActionIntended& action) {
    if (cared_for != Reason::none)
      return plan_.add_outcome(system_, Outcome::no_change, cared_for);
    again(action);
  }

  void again(events::ActionIntended action) {
    const bool names_record = action.action == Action::opt_out || action.action == Action::opt_in;
    if (action.needs_record && !names_record && !plan_.can_take(system_))
      return;
    if (const auto* record = live_record(plan_.contact, system_.name); record && !names_record)
      action.remote_id = record->remote_id;
    if (!names_record)
      action.context = plan_.contact.merged;
    action.contact = plan_.id;
    auto earlier = action.repeats ? action.repeats->earlier : std::vector<DeliveryId>{};
    earlier.push_back(request_.delivery);
    const bool unsure = request_.unsure || (action.repeats && action.repeats->unsure);
    action.repeats = events::Repetition{std::move(earlier), unsure && !request_.may_repeat};
    plan_.begin("retry");
    plan_.intend(system_, std::move(action));
  }

  Plan& plan_;
  const events::DeliveryRetryRequested& request_;
  const SystemRule& system_;
};

/// Of all that was planned: a new delivery, or one on its way that brings the same.
void conclude(events::DeliveryRetryDecided& decided, const Plan& plan) {
  for (const auto& target : plan.outcomes)
    if (target.outcome == Outcome::pending && !target.delivery.value.empty()) {
      decided.retried_by = target.delivery;
      return end_as(decided, Outcome::applied, Reason::retry_begun);
    }
  if (!plan.outcomes.empty())
    end_as(decided, plan.outcomes.front().outcome, plan.outcomes.front().reason_code);
}

} // namespace

std::vector<events::Event> decide_retry(const Contact& contact, const RetryDelivery& command,
                                        const DecisionContext& context) {
  const auto& request = command.request;
  events::DeliveryRetryDecided decided;
  decided.delivery = request.delivery;
  const auto before =
      std::find_if(contact.retried.begin(), contact.retried.end(),
                   [&](const auto& retried) { return retried.delivery == request.delivery; });
  const auto* system = context.rules.find(request.target);
  if (contact.unreadable)
    end_as_unreadable(decided);
  else if (before != contact.retried.end()) {
    decided.retried_by = before->by;
    end_as(decided, Outcome::no_change, Reason::already_retried);
  } else if (!system)
    end_as(decided, Outcome::skipped, Reason::system_not_configured);
  if (decided.reason_code != Reason::none)
    return {decided};
  Contact after = contact;
  // What was refused is asked for on purpose now.
  std::erase_if(after.refused, [&](const auto& r) { return r.target == request.target; });
  Plan plan(after, context);
  Retry(plan, request, *system).decide();
  conclude(decided, plan);
  return plan.behind(std::move(decided));
}

} // namespace tidemark::domain
