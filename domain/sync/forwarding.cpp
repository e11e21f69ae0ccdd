#include "domain/sync/forwarding.hpp"

#include "base/contains.hpp"
#include "domain/contacts/heard_marks.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Outcome;

constexpr std::string_view series = "body";

/// Tags that we set stand in every later body, also in one whose flags are silent: nobody knows
/// which of the two counts over there. One that brings the opt-out itself is no such body.
bool is_mark(const Contact& contact, const ObserveRecord& command, const ConsentSignal& sign) {
  const bool may_be_our_tag = sign.kept_by_us && sign.evidence == events::Evidence::tag;
  const auto& closed = contact.consent.closed;
  return sign.change == events::ConsentChange::revoked
         && (!may_be_our_tag || std::any_of(closed.begin(), closed.end(), [&](const auto& one) {
              return one.input == command.body;
            }));
}

/// The channels that the body shows to be closed: none when it bears our tags alone.
std::optional<events::ForwardedMark> mark_in(const Contact& contact, const ObserveRecord& command) {
  if (!command.opt_out_seen)
    return std::nullopt;
  events::ForwardedMark out;
  for (const auto& sign : command.signs)
    if (is_mark(contact, command, sign))
      for (const auto channel : sign.channels)
        if (!contains(out.channels, channel))
          out.channels.push_back(channel);
  return out;
}

/// `against`: the contact's values where an opt-out of the person calls the body off.
void forward(Plan& plan, const SystemRule& system, Position body, const events::FieldSet& against,
             std::optional<events::ForwardedMark> mark = {}, bool removed = false) {
  events::DeliveryIntended intent;
  intent.operation = events::Operation::update;
  intent.forward = body;
  intent.context = against;
  intent.mark = std::move(mark);
  if (removed) // no body about the record comes after it, so none with the mark
    plan.intend(system, std::move(intent));
  else
    hand_on(plan, system, std::move(intent));
}

bool shows_texts_closed(const Contact& contact, const ObserveRecord& command) {
  return std::any_of(command.signs.begin(), command.signs.end(), [&](const auto& sign) {
    return is_mark(contact, command, sign) && contains(sign.channels, events::Channel::sms);
  });
}

/// Could the body open somebody over there, who is closed? Systems that take bodies write texts, so
/// one that shows a mark, but none for texts, could.
bool may_open(const Contact& contact, const ObserveRecord& command) {
  return !command.removed
         && (!command.opt_out_seen
             || (are_texts_closed(contact.consent) && !shows_texts_closed(contact, command)));
}

void forward_record_to(Plan& plan, const SystemRule& system, const ObserveRecord& command,
                       const Observation& observation) {
  if (command.listed != ObservationSource::by_webhook)
    return plan.skip(system, Reason::no_webhook_to_forward);
  if (command.body.value == 0)
    return plan.skip(system, Reason::held_body_not_forwarded);
  const bool closed = is_suppressed(plan.contact.consent);
  // A late body's values are outdated, but the newer ones may say nothing of the mark that it
  // shows.
  const bool opens = may_open(plan.contact, command);
  if (observation.outcome == Outcome::superseded && (!closed || opens || command.removed))
    return plan.add_outcome(system, Outcome::superseded, observation.reason_code);
  if (opens && closed)
    return plan.add_outcome(system, Outcome::blocked, Reason::opted_out);
  // It waits for the mark of an opt-out to come, and behind that one it would take it back.
  const bool called_off = !command.removed && !shows_texts_closed(plan.contact, command);
  forward(plan, system, command.body, called_off ? plan.contact.merged : events::FieldSet{},
          mark_in(plan.contact, command), command.removed);
}

} // namespace

void hand_on(Plan& plan, const SystemRule& system, events::DeliveryIntended intent) {
  if (!events::shows_text_mark(intent) && mark_may_come(plan.contact, system, plan.rules))
    intent.awaits = awaited_mark(plan.contact.consent, system.name);
  const bool waits = intent.awaits.has_value();
  plan.intend(system, std::move(intent));
  if (waits)
    plan.outcomes.back().reason_code = Reason::waits_for_mark;
}

bool takes_bodies_of(const SystemRule& system, const ConnectorName& source,
                     const SyncRules& rules) {
  const auto* from = rules.find(source);
  return from && !system.capabilities.forwards_from.empty()
         && from->type == system.capabilities.forwards_from;
}

bool anybody_takes_bodies_of(const ConnectorName& source, const SyncRules& rules) {
  return std::any_of(rules.systems.begin(), rules.systems.end(), [&](const auto& system) {
    return system.receives && takes_bodies_of(system, source, rules);
  });
}

bool hears_by_forwarding(const SystemRule& system, const SyncRules& rules) {
  return std::any_of(rules.systems.begin(), rules.systems.end(), [&](const auto& source) {
    return source.receives && takes_bodies_of(system, source.name, rules);
  });
}

void forward_record(Plan& plan, const ObserveRecord& command, const Observation& observation) {
  plan.begin(series);
  for (const auto& system : plan.rules.systems)
    if (system.receives && takes_bodies_of(system, command.connector, plan.rules))
      forward_record_to(plan, system, command, observation);
}

void forward_activity(Plan& plan, const ConnectorName& source, Position body) {
  plan.begin(series);
  for (const auto& system : plan.rules.systems)
    if (body.value != 0 && system.receives && takes_bodies_of(system, source, plan.rules))
      forward(plan, system, body, {});
}

std::vector<events::Event> decide_mention(const Contact& contact, const ObserveMention& command,
                                          const DecisionContext& context) {
  events::ContactMentioned mentioned{command.connector, Outcome::applied, Reason::recorded, {}};
  if (contact.unreadable) {
    end_as_unreadable(mentioned);
    return {mentioned};
  }
  Plan plan(contact, context);
  forward_activity(plan, command.connector, command.body);
  return plan.behind(std::move(mentioned));
}

} // namespace tidemark::domain
