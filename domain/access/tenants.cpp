#include "domain/access/tenants.hpp"

namespace tidemark::domain {
namespace {

MadeTenant* made_in(TenantBook& book, const TenantId& tenant) {
  const auto found = book.find(tenant);
  return found == book.end() ? nullptr : &found->second;
}

} // namespace

void evolve(TenantBook& book, const events::Event& event, Timestamp at) {
  if (const auto* created = std::get_if<events::TenantCreated>(&event)) {
    book.emplace(created->tenant,
                 MadeTenant{created->tenant_name, created->settings, at, created->by});
  } else if (const auto* renamed = std::get_if<events::TenantRenamed>(&event)) {
    if (auto* made = made_in(book, renamed->tenant))
      made->name = renamed->tenant_name;
  } else if (const auto* set = std::get_if<events::TenantSettingsSet>(&event)) {
    if (auto* made = made_in(book, set->tenant)) {
      made->settings = set->settings;
      ++made->settings_version;
    }
  } else if (const auto* deleted = std::get_if<events::TenantDeleteRequested>(&event)) {
    if (auto* made = made_in(book, deleted->tenant))
      made->deletion = Deletion{at, deleted->ends_at, deleted->reason, deleted->by,
                                !deleted->signed_because.empty()};
  } else if (const auto* cancelled = std::get_if<events::TenantDeleteCancelled>(&event)) {
    if (auto* made = made_in(book, cancelled->tenant))
      made->deletion.reset();
  } else if (const auto* ended = std::get_if<events::TenantEnded>(&event)) {
    if (auto* made = made_in(book, ended->tenant))
      made->ended = at;
  }
}

Error tenant_deleted(const TenantId& tenant, Timestamp ended) {
  return {"tenant_deleted", "the tenant " + tenant.value + " was deleted and ended at "
                                + to_rfc3339(ended)
                                + ": what is recorded stays readable to the installation's own, "
                                  "and its id is never used again"};
}

Result<const MadeTenant*> still_there(const TenantBook& book, const TenantId& tenant) {
  const auto found = book.find(tenant);
  if (found == book.end())
    return Error{"not_found", "there is no such tenant; ensure you have access"};
  if (found->second.ended)
    return tenant_deleted(tenant, *found->second.ended);
  return &found->second;
}

} // namespace tidemark::domain
