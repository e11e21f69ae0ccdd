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
  Showing showing{after, id, rules, cause, outcomes, {}};
  for (const auto& system : rules.systems) {
    if (system.name == command.connector || !showing.can_take(system))
      continue;
    if (!system.capabilities.keeps_tags) {
      showing.say(system, events::Outcome::skipped, "target_cannot_archive");
      continue;
    }
    auto intent = showing.action(system, events::Action::add_tags);
    intent.tags = {std::string(archived_tag)};
    showing.intend(system, std::move(intent));
  }
  std::vector<events::Event> out;
  for (auto& intent : showing.intents)
    out.emplace_back(std::move(intent));
  return out;
}

} // namespace tidemark::domain
