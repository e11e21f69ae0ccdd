#include "domain/intake/decision_parts.hpp"

#include "base/contains.hpp"
#include "base/overloaded.hpp"
#include "domain/identity/existing_record.hpp"

#include <algorithm>

namespace tidemark::domain {

const events::WebhookInterpreted* interpreted_in(const std::vector<TaggedEvent>& decision) {
  for (const auto& event : decision)
    if (const auto* found = std::get_if<events::WebhookInterpreted>(&event.event))
      return found;
  return nullptr;
}

void DecisionParts::add(const events::Event& event) {
  std::visit(overloaded{
                 [&](const events::ConsentChanged& e) { changes.push_back(e); },
                 [&](const events::ContactsMerged& e) {
                   giver = e.other;
                   giving = ReleaseRecords{e.contact, true, {}};
                 },
                 [&](const events::ContactsUnmerged& e) {
                   giver = e.contact;
                   giving = ReleaseRecords{e.other, false, e.addresses};
                 },
                 [&](const events::RecordsReleased& e) { given = e; },
                 [&](const events::HistoryReleased& e) { history = e.history; },
                 [&](const events::MembershipsReleased& e) { memberships = e.memberships; },
                 [&](const events::DeliveryRetryRequested& e) { retry = RetryDelivery{e}; },
                 [&](const events::DeliveryAccepted& e) {
                   if (e.found())
                     found = observed_in(e);
                 },
                 [](const auto&) {},
             },
             event);
}

std::optional<Command> command_of(const events::AssignedCommand& assigned,
                                  const std::vector<Command>& translated,
                                  const DecisionParts& parts) {
  using events::CommandKind;
  if (assigned.kind == CommandKind::apply_consent) {
    if (assigned.place >= parts.changes.size())
      return std::nullopt;
    const bool answers = contains(assigned.matched, events::MatchedBy::who_said_it);
    return ApplyConsent{parts.changes[assigned.place], answers};
  }
  if (assigned.kind == CommandKind::release_records)
    return parts.giving ? std::optional<Command>(*parts.giving) : std::nullopt;
  if (assigned.kind == CommandKind::adopt_records)
    return parts.given ? std::optional<Command>(
               AdoptRecords{parts.giver, *parts.given, parts.history, parts.memberships})
                       : std::nullopt;
  if (assigned.kind == CommandKind::repair_mapping)
    return RepairMapping{};
  if (assigned.kind == CommandKind::retry_delivery)
    return parts.retry ? std::optional<Command>(*parts.retry) : std::nullopt;
  if (parts.found && assigned.input.value == 0)
    return *parts.found;
  if (assigned.place >= translated.size())
    return std::nullopt;
  return translated[assigned.place];
}

} // namespace tidemark::domain
