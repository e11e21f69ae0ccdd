#include "domain/sync/deletion.hpp"

#include "domain/contacts/outbound_actions.hpp"
#include "domain/contacts/records.hpp"
#include "domain/rules/reserved_tags.hpp"

namespace tidemark::domain {

bool is_archived(const Contact& after, const ObserveRecord& command, const SyncRules& rules) {
  const auto* source = rules.find(command.connector);
  return command.removed && source && source->on_delete == OnDelete::archive
         && !live_record(after, command.connector) && !after.records.empty();
}

std::vector<events::Event> archive_elsewhere(const Contact& after, const ObserveRecord& command,
                                             const ContactId& id, const SyncRules& rules,
                                             const Cause& cause,
                                             std::vector<events::TargetOutcome>& outcomes) {
  if (!is_archived(after, command, rules))
    return {};
  OutboundActions outbound{after, id, rules, cause, outcomes};
  for (const auto& system : rules.systems) {
    if (system.name == command.connector || !outbound.can_take(system))
      continue;
    if (!system.capabilities.keeps_tags) {
      outbound.add_outcome(system, events::Outcome::skipped, Reason::target_cannot_archive);
      continue;
    }
    auto intent = outbound.action(system, events::Action::add_tags);
    intent.tags = {std::string(archived_tag)};
    outbound.intend(system, std::move(intent));
  }
  std::vector<events::Event> out;
  for (auto& intent : outbound.intents)
    out.emplace_back(std::move(intent));
  return out;
}

} // namespace tidemark::domain
