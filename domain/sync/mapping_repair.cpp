#include "domain/sync/mapping_repair.hpp"

#include "domain/contacts/records.hpp"
#include "domain/conversations/waiting_activity.hpp"
#include "domain/sync/record_history.hpp"
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
void conclude(events::MappingRepairDecided& decided, bool anything_intended) {
  const auto impossible =
      std::find_if(decided.targets.begin(), decided.targets.end(), [](const auto& target) {
        return target.outcome == Outcome::skipped || target.outcome == Outcome::blocked;
      });
  if (anything_intended) {
    decided.outcome = Outcome::applied;
    decided.reason_code = Reason::repair_begun;
  } else if (impossible != decided.targets.end()) {
    decided.outcome = impossible->outcome;
    decided.reason_code = Reason::repair_not_possible;
  } else {
    decided.outcome = Outcome::no_change;
    decided.reason_code = Reason::nothing_to_repair;
  }
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

std::vector<events::Event> decide_mapping_repair(const Contact& contact, const ContactId& id,
                                                 const SyncRules& rules, const Cause& cause) {
  events::MappingRepairDecided decided;
  if (contact.unreadable) {
    decided.outcome = Outcome::parked;
    decided.reason_code = Reason::unknown_event_in_stream;
    return {decided};
  }
  auto plan = plan_repair(contact, id, rules, cause);
  decided.targets = std::move(plan.outcomes);
  conclude(decided, !plan.intents.empty());
  Contact after = contact;
  for (const auto& intent : plan.intents)
    evolve(after, intent);
  // What is shown now says nothing about the mapping, which the targets tell of.
  std::vector<events::TargetOutcome> shown;
  auto waiting = show_waiting(after, id, rules, cause, shown);
  std::vector<events::Event> out;
  out.emplace_back(std::move(decided));
  for (auto& intent : plan.intents)
    out.emplace_back(std::move(intent));
  for (auto& intent : waiting)
    out.push_back(std::move(intent));
  return out;
}

} // namespace tidemark::domain
