#include "domain/sync/deletion.hpp"

#include "domain/contacts/records.hpp"
#include "domain/rules/reserved_tags.hpp"

namespace tidemark::domain {

bool is_archived(const Contact& after, const ObserveRecord& command, const SyncRules& rules) {
  const auto* source = rules.find(command.connector);
  return command.removed && source && source->on_delete == OnDelete::archive
         && !live_record(after, command.connector) && !after.records.empty();
}

void archive_elsewhere(Plan& plan, const ObserveRecord& command) {
  if (!is_archived(plan.contact, command, plan.rules))
    return;
  plan.begin("activity");
  for (const auto& system : plan.rules.systems) {
    if (system.name == command.connector || !plan.can_take(system))
      continue;
    if (!system.capabilities.keeps_tags) {
      plan.skip(system, Reason::target_cannot_archive);
      continue;
    }
    auto intent = plan.action(system, events::Action::add_tags);
    intent.tags = {std::string(archived_tag)};
    plan.intend(system, std::move(intent));
  }
}

} // namespace tidemark::domain
