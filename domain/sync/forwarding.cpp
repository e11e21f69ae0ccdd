#include "domain/sync/forwarding.hpp"

#include "base/contains.hpp"
#include "domain/contacts/state.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Outcome;

constexpr std::string_view series = "body";

/// The channels that the body shows to be closed.
std::optional<events::ForwardedMark> mark_in(const ObserveRecord& command) {
  events::ForwardedMark out;
  for (const auto& sign : command.signs)
    if (sign.change == events::ConsentChange::revoked)
      for (const auto channel : sign.channels)
        if (!contains(out.channels, channel))
          out.channels.push_back(channel);
  return out.channels.empty() ? std::nullopt : std::optional(std::move(out));
}

/// `against`: the contact's values where an opt-out of the person stands against the body.
void forward(Plan& plan, const SystemRule& system, Position body, const events::FieldSet& against,
             std::optional<events::ForwardedMark> mark = {}) {
  events::DeliveryIntended intent;
  intent.operation = events::Operation::update;
  intent.forward = body;
  intent.context = against;
  intent.mark = std::move(mark);
  plan.intend(system, std::move(intent));
}

bool shows_mark(const ObserveRecord& command, events::Channel channel) {
  return std::any_of(command.signs.begin(), command.signs.end(), [&](const auto& sign) {
    return sign.change == events::ConsentChange::revoked && contains(sign.channels, channel);
  });
}

/// Could the body open somebody over there, who is closed? Systems that take bodies write texts, so
/// one that shows a mark, but none for texts, could.
bool may_open(const Contact& contact, const ObserveRecord& command) {
  constexpr auto texts = events::Channel::sms;
  const auto& closed = contact.consent.closed;
  const bool no_texts = std::any_of(closed.begin(), closed.end(),
                                    [&](const auto& one) { return one.channel == texts; });
  return !command.removed && (!command.opt_out_seen || (no_texts && !shows_mark(command, texts)));
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
  forward(plan, system, command.body, opens ? plan.contact.merged : events::FieldSet{},
          mark_in(command));
}

} // namespace

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
