#include "domain/decide.hpp"

#include "base/overloaded.hpp"
#include "domain/consent/opt_out_propagation.hpp"
#include "domain/conversations/appointments.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"
#include "domain/conversations/waiting_activity.hpp"
#include "domain/evolve.hpp"
#include "domain/lists/membership_planner.hpp"
#include "domain/lists/opportunities.hpp"
#include "domain/lists/shared_tags.hpp"
#include "domain/merge/transfer_records.hpp"
#include "domain/sync/deletion.hpp"
#include "domain/sync/disposition_fields.hpp"
#include "domain/sync/forwarding.hpp"
#include "domain/sync/mapping_repair.hpp"
#include "domain/sync/observation.hpp"
#include "domain/sync/redelivery.hpp"
#include "domain/sync/target_planner.hpp"

#include <algorithm>
#include <iterator>

namespace tidemark::domain {
namespace {

using events::Event;

/// What a reconcile says about the record: nothing when it is as known, and nobody lacks anything.
/// `plan` has the intents for the other systems.
std::optional<events::DriftFound> drift_in(const ObserveRecord& command,
                                           const Observation& observation, const Plan& plan) {
  const bool news = observation.outcome == events::Outcome::applied;
  if (command.listed != ObservationSource::by_reconcile || (!news && plan.events.empty()))
    return std::nullopt;
  events::DriftFound out;
  out.contact = plan.id;
  out.connector = command.connector;
  out.remote_id = command.remote_id;
  out.drift = news ? events::Drift::recovered : events::Drift::repaired;
  for (const auto& [field, value] : observation.changed)
    out.fields.emplace_back(events::name_of(field));
  for (const auto& event : plan.events)
    out.targets.push_back(std::get<events::DeliveryIntended>(event).target);
  const auto now = plan.cause.now;
  if (const auto changed = from_rfc3339(command.source_version); changed && *changed < now)
    out.delay_seconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now - *changed).count());
  return out;
}

events::ContactObserved observed_by(const Contact& contact, const ObserveRecord& command) {
  events::ContactObserved out;
  out.connector = command.connector;
  out.remote_id = command.remote_id;
  out.fields = command.fields;
  out.source_version = command.source_version;
  out.removed = command.removed;
  out.opt_out_seen = command.opt_out_seen;
  out.tags = tags_told(contact.placement, command);
  out.assigned_to = command.assigned_to;
  out.agent_field = command.agent_field;
  out.status = command.status;
  return out;
}

/// What the disposition that came with a record sets; to the observation it is news.
std::optional<events::ContactChanged>
set_by_record(const Contact& after, const ObserveRecord& command, Observation& observation,
              events::ContactObserved& observed, const SyncRules& rules) {
  if (observation.outcome == events::Outcome::superseded
      || observation.outcome == events::Outcome::parked)
    return std::nullopt;
  auto set = set_by_disposition(after, command.disposition, command.connector, rules);
  if (!set)
    return set;
  for (const auto& [field, value] : set->fields)
    observation.changed.set(field, value.reveal());
  if (observed.outcome == events::Outcome::no_change)
    end_as(observed, events::Outcome::applied, Reason::none);
  return set;
}

/// Everything else that the systems have to hear once the contact's values are planned.
void plan_actions(const Contact& before, Contact& after, Plan& plan, const ObserveRecord& command,
                  bool superseded) {
  if (!superseded)
    archive_elsewhere(plan, command);
  propagate_opt_outs(plan);
  propagate_to_unknown_records(before, plan);
  expect_values(after, plan);
  show_waiting(plan);
  const auto placed = static_cast<std::ptrdiff_t>(plan.events.size());
  place_contact(before, plan, command.created && before.records.empty());
  const auto shared = static_cast<std::ptrdiff_t>(plan.events.size());
  if (!superseded)
    share_tags(before, plan, command);
  if (!superseded)
    tag_disposition(plan, command);
  const auto begin = plan.events.begin(); // tags leave first
  std::rotate(begin + placed, begin + shared, plan.events.end());
}

std::vector<Event> decide_record(const Contact& contact, const ObserveRecord& command,
                                 const DecisionContext& context) {
  auto observed = observed_by(contact, command);
  if (contact.unreadable) {
    end_as_unreadable(observed);
    return {observed};
  }
  auto observation = observe(contact, command, context.rules, context.cause);
  end_as(observed, observation.outcome, observation.reason_code);
  observed.echo_of = observation.echo_of;
  observed.set_aside = std::move(observation.set_aside);

  std::vector<Event> out;
  out.emplace_back(observed);
  if (!observation.changed.empty())
    out.emplace_back(events::ContactChanged{observation.changed, command.connector,
                                            std::move(observation.against_ours)});
  out.insert(out.end(), observation.conflicts.begin(), observation.conflicts.end());

  Contact after = contact;
  for (const auto& event : out)
    evolve(after, event, context.cause.now);
  auto set = set_by_record(after, command, observation,
                           std::get<events::ContactObserved>(out.front()), context.rules);
  if (set) {
    evolve(after, *set, context.cause.now);
    out.emplace_back(*std::move(set));
  }
  Plan plan(after, context);
  const auto kept = plan_targets(plan, command, observation);
  out.insert(out.end(), kept.begin(), kept.end());
  if (auto drift = drift_in(command, observation, plan))
    out.emplace_back(*std::move(drift));
  auto& first = std::get<events::ContactObserved>(out.front());
  if (first.outcome == events::Outcome::no_change && !plan.events.empty())
    // nothing new here, but others lacked something
    end_as(first, events::Outcome::applied, Reason::others_brought_up_to_date);
  forward_record(plan, command, observation);
  plan_actions(contact, after, plan, command, observation.outcome == events::Outcome::superseded);
  first.targets = std::move(plan.outcomes);
  std::move(plan.events.begin(), plan.events.end(), std::back_inserter(out));
  return out;
}

/// The decision about a call, with what its disposition sets.
std::vector<Event> with_disposition_fields(std::vector<Event> out, const Contact& contact,
                                           const ObserveCall& command,
                                           const DecisionContext& context) {
  auto set = contact.unreadable ? std::nullopt : set_by_call(contact, command, context.rules);
  if (!set)
    return out;
  const auto fields = set->fields;
  out.insert(out.begin() + 1, *std::move(set));
  Contact after = contact;
  for (const auto& event : out)
    evolve(after, event, context.cause.now);
  Plan plan(after, context);
  plan_set_fields(plan, fields);
  auto& targets = std::get<events::CallObserved>(out.front()).targets;
  std::move(plan.outcomes.begin(), plan.outcomes.end(), std::back_inserter(targets));
  std::move(plan.events.begin(), plan.events.end(), std::back_inserter(out));
  return out;
}

/// The decision about a call or a message, with what waited and can be shown by now, and with the
/// body that told of it. `Observed` is its first event.
template <class Observed>
std::vector<Event> with_waiting(std::vector<Event> out, const Contact& contact,
                                const ConnectorName& source, Position body,
                                const DecisionContext& context) {
  const bool owes = owes_anything(contact);
  if (contact.unreadable || (!owes && body.value == 0))
    return out;
  Contact after = contact;
  for (const auto& event : out)
    evolve(after, event, context.cause.now);
  Plan plan(after, context);
  if (owes)
    show_waiting(plan);
  forward_activity(plan, source, body);
  auto& targets = std::get<Observed>(out.front()).targets;
  std::move(plan.outcomes.begin(), plan.outcomes.end(), std::back_inserter(targets));
  std::move(plan.events.begin(), plan.events.end(), std::back_inserter(out));
  return out;
}

} // namespace

std::vector<Event> decide(const Contact& contact, const Command& command,
                          const DecisionContext& context) {
  using Out = std::vector<Event>;
  return std::visit(
      overloaded{
          [&](const ObserveRecord& c) { return decide_record(contact, c, context); },
          [&](const ObserveCall& c) {
            auto decision =
                with_disposition_fields(decide_call(contact, c, context), contact, c, context);
            return with_waiting<events::CallObserved>(std::move(decision), contact, c.call.source,
                                                      c.body, context);
          },
          [&](const ObserveMessage& c) {
            return with_waiting<events::MessageObserved>(
                decide_message(contact, c, context), contact, c.message.source, c.body, context);
          },
          [&](const ObserveAppointment& c) {
            return Out{decide_appointment(contact.appointments, c, contact.unreadable)};
          },
          [&](const ApplyConsent& c) { return decide_consent_applied(contact, c, context); },
          [&](const ReleaseRecords& c) { return release_records(contact, c, context); },
          [&](const AdoptRecords& c) { return adopt_records(contact, c, context); },
          [&](const RebuildLists& c) { return decide_rebuild(contact, c, context); },
          [&](const RetryDelivery& c) { return decide_retry(contact, c, context); },
          [&](const RepairMapping&) { return decide_mapping_repair(contact, context); },
          [&](const ObserveMention& c) { return decide_mention(contact, c, context); },
          [&](const ObserveOpportunity& c) { return decide_opportunity(contact, c, context); },
      },
      command);
}

} // namespace tidemark::domain
