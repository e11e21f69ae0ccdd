#include "domain/decide.hpp"

#include "domain/consent/auto_replies.hpp"
#include "domain/consent/opt_out_propagation.hpp"
#include "domain/conversations/appointments.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"
#include "domain/conversations/waiting_activity.hpp"
#include "domain/evolve.hpp"
#include "domain/lists/membership_planner.hpp"
#include "domain/lists/shared_tags.hpp"
#include "domain/merge/transfer_records.hpp"
#include "domain/sync/deletion.hpp"
#include "domain/sync/mapping_repair.hpp"
#include "domain/sync/observation.hpp"
#include "domain/sync/target_planner.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Event;
using events::Field;
using events::FieldSet;
/// What a reconcile says about the record: nothing when it is as known, and nobody lacks anything.
std::optional<events::DriftFound> drift_in(const ObserveRecord& command,
                                           const Observation& observation, const TargetPlan& plan,
                                           const ContactId& id, const Cause& cause) {
  const bool news = observation.outcome == events::Outcome::applied;
  if (command.listed != ObservationSource::by_reconcile || (!news && plan.intents.empty()))
    return std::nullopt;
  events::DriftFound out;
  out.contact = id;
  out.connector = command.connector;
  out.remote_id = command.remote_id;
  out.drift = news ? events::Drift::recovered : events::Drift::repaired;
  for (const auto& [field, value] : observation.changed)
    out.fields.emplace_back(events::name_of(field));
  for (const auto& intent : plan.intents)
    out.targets.push_back(intent.target);
  if (const auto changed = from_rfc3339(command.source_version); changed && *changed < cause.now)
    out.delay_seconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(cause.now - *changed).count());
  return out;
}

std::vector<Event> on(const Contact& contact, const ObserveRecord& command, const ContactId& id,
                      const SyncRules& rules, const Cause& cause) {
  events::ContactObserved observed{.connector = command.connector,
                                   .remote_id = command.remote_id,
                                   .fields = command.fields,
                                   .source_version = command.source_version,
                                   .removed = command.removed,
                                   .opt_out_seen = command.opt_out_seen,
                                   .tags = tags_told(contact.placement, command),
                                   .assigned_to = command.assigned_to,
                                   .agent_field = command.agent_field,
                                   .status = command.status};
  if (contact.unreadable) {
    observed.outcome = events::Outcome::parked;
    observed.reason_code = Reason::unknown_event_in_stream;
    return {observed};
  }
  auto observation = observe(contact, command, rules, cause);
  observed.outcome = observation.outcome;
  observed.reason_code = observation.reason_code;
  observed.echo_of = observation.echo_of;
  observed.set_aside = std::move(observation.set_aside);

  std::vector<Event> out;
  out.emplace_back(observed);
  if (!observation.changed.empty())
    out.emplace_back(events::ContactChanged{observation.changed, command.connector,
                                            std::move(observation.against_ours)});
  for (auto& conflict : observation.conflicts)
    out.emplace_back(std::move(conflict));

  Contact after = contact;
  for (const auto& event : out)
    evolve(after, event, cause.now);
  auto plan = plan_targets(after, command, observation, id, rules, cause);
  auto& first = std::get<events::ContactObserved>(out.front());
  if (first.outcome == events::Outcome::no_change && !plan.intents.empty()) {
    first.outcome = events::Outcome::applied; // nothing new here, but others lacked something
    first.reason_code = Reason::others_brought_up_to_date;
  }
  first.targets = std::move(plan.outcomes);
  auto drift = drift_in(command, observation, plan, id, cause);
  auto archiving = observation.outcome == events::Outcome::superseded
                       ? std::vector<Event>{}
                       : archive_elsewhere(after, command, id, rules, cause, first.targets);
  auto tellings = propagate_opt_outs(after, id, rules, cause, first.targets);
  propagate_to_unknown_records(contact, after, id, rules, cause, first.targets, tellings);
  for (auto& kept : plan.kept)
    out.emplace_back(std::move(kept));
  for (const auto& intent : plan.intents)
    evolve(after, intent, cause.now);
  auto waiting = show_waiting(after, id, rules, cause, first.targets);
  auto placed = place_contact(contact, after, id, rules, cause, first.targets);
  auto shared = observation.outcome == events::Outcome::superseded
                    ? std::vector<Event>{}
                    : share_tags(contact, after, command, id, rules, cause, first.targets);
  if (drift)
    out.emplace_back(*std::move(drift));
  for (auto& intent : plan.intents)
    out.emplace_back(std::move(intent));
  for (auto* more : {&archiving, &tellings, &waiting, &shared, &placed})
    for (auto& intent : *more)
      out.push_back(std::move(intent));
  return out;
}

/// The decision about a call or a message, with what waited and can be shown by now. `Observed` is
/// its first event.
template <class Observed>
std::vector<Event> with_waiting(std::vector<Event> out, const Contact& contact, const ContactId& id,
                                const SyncRules& rules, const Cause& cause) {
  if (contact.unreadable || !owes_anything(contact))
    return out;
  Contact after = contact;
  for (const auto& event : out)
    evolve(after, event, cause.now);
  for (auto& intent :
       show_waiting(after, id, rules, cause, std::get<Observed>(out.front()).targets))
    out.push_back(std::move(intent));
  return out;
}

std::vector<Event> on(const Contact& contact, const ObserveCall& command, const ContactId& id,
                      const SyncRules& rules, const Cause& cause) {
  return with_waiting<events::CallObserved>(decide_call(contact, command, id, rules, cause),
                                            contact, id, rules, cause);
}
std::vector<Event> on(const Contact& contact, const ObserveMessage& command, const ContactId& id,
                      const SyncRules& rules, const Cause& cause) {
  return with_waiting<events::MessageObserved>(decide_message(contact, command, id, rules, cause),
                                               contact, id, rules, cause);
}
std::vector<Event> on(const Contact& contact, const ApplyConsent& command, const ContactId& id,
                      const SyncRules& rules, const Cause& cause) {
  auto out = decide_consent_applied(contact, command, id, rules, cause);
  for (auto& reply : confirm_opt_out(contact, command, id, rules, cause))
    out.push_back(std::move(reply));
  return out;
}

std::vector<Event> on(const Contact& contact, const ReleaseRecords& command, const ContactId& id,
                      const SyncRules& rules, const Cause& cause) {
  return release_records(contact, command, id, rules, cause);
}
std::vector<Event> on(const Contact& contact, const AdoptRecords& command, const ContactId& id,
                      const SyncRules& rules, const Cause& cause) {
  return adopt_records(contact, command, id, rules, cause);
}
std::vector<Event> on(const Contact& contact, const ObserveAppointment& command, const ContactId&,
                      const SyncRules&, const Cause&) {
  return {decide_appointment(contact.appointments, command, contact.unreadable)};
}
std::vector<Event> on(const Contact& contact, const RebuildLists& command, const ContactId& id,
                      const SyncRules& rules, const Cause& cause) {
  return decide_rebuild(contact, command, id, rules, cause);
}
std::vector<Event> on(const Contact& contact, const RepairMapping&, const ContactId& id,
                      const SyncRules& rules, const Cause& cause) {
  return decide_mapping_repair(contact, id, rules, cause);
}

} // namespace

std::vector<Event> decide(const Contact& contact, const Command& command, const ContactId& id,
                          const SyncRules& rules, const Cause& cause) {
  return std::visit([&](const auto& c) { return on(contact, c, id, rules, cause); }, command);
}

} // namespace tidemark::domain
