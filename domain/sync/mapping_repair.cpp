#include "domain/sync/mapping_repair.hpp"

#include "domain/contacts/records.hpp"
#include "domain/conversations/waiting_activity.hpp"
#include "domain/sync/target_planner.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {
namespace {

using events::Outcome;

/// Does the delivery end with a record whose id is known, unless it fails? An update does where it
/// has to look the record up, and where it has left: it may have found that its record is gone.
bool leads_to_record(const OpenIntent& open, bool id_unknown) {
  return open.operation == events::Operation::create || open.in_flight
         || (id_unknown && !open.sent.empty());
}

/// Of all systems together: what could be done counts before what could not.
void conclude(events::MappingRepairDecided& decided, const Plan& plan) {
  const auto impossible =
      std::find_if(plan.outcomes.begin(), plan.outcomes.end(), [](const auto& target) {
        return target.outcome == Outcome::skipped || target.outcome == Outcome::blocked;
      });
  if (!plan.events.empty())
    end_as(decided, Outcome::applied, Reason::repair_begun);
  else if (impossible != plan.outcomes.end())
    end_as(decided, impossible->outcome, Reason::repair_not_possible);
  else
    end_as(decided, Outcome::no_change, Reason::nothing_to_repair);
}

} // namespace

std::string_view name_of(MappingStatus::Kind kind) {
  constexpr std::array<std::string_view, 5> names{"none", "mapped", "on_its_way", "id_unknown",
                                                  "deleted"};
  return names[static_cast<std::size_t>(kind)];
}

MappingStatus status_at(const Contact& contact, const ConnectorName& system) {
  using Kind = MappingStatus::Kind;
  const auto* record = live_record(contact, system);
  if (record && !record->remote_id.value.empty())
    return {Kind::mapped, record->remote_id};
  const auto open = std::find_if(contact.open.rbegin(), contact.open.rend(), [&](const auto& one) {
    return one.target == system && leads_to_record(one, record != nullptr);
  });
  if (open != contact.open.rend())
    return {.kind = Kind::on_its_way, .delivery = open->delivery, .in_flight = open->in_flight};
  if (record)
    return {Kind::id_unknown};
  const bool deleted =
      std::any_of(contact.records.begin(), contact.records.end(),
                  [&](const auto& one) { return one.connector == system && one.removed; });
  return {deleted ? Kind::deleted : Kind::none};
}

std::vector<events::Event> decide_mapping_repair(const Contact& contact,
                                                 const DecisionContext& context) {
  events::MappingRepairDecided decided;
  if (contact.unreadable) {
    end_as_unreadable(decided);
    return {decided};
  }
  Contact after = contact;
  Plan plan(after, context);
  plan_repair(plan);
  conclude(decided, plan);
  expect_values(after, plan);
  // What is shown now says nothing about the mapping, which the targets tell of.
  const auto targets = plan.outcomes;
  show_waiting(plan);
  plan.outcomes = targets;
  return plan.behind(std::move(decided));
}

} // namespace tidemark::domain
