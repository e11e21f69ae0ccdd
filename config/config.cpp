#include "config/config.hpp"

#include "base/contains.hpp"
#include "domain/consent/quiet_rules.hpp"
#include "domain/rules/rules_version.hpp"

#include <algorithm>

namespace tidemark::config {
namespace {

bool has_connector(const TenantConfig& tenant, const ConnectorName& name) {
  return std::ranges::any_of(tenant.connectors,
                             [&](const ConnectorConfig& own) { return own.settings.name == name; });
}

} // namespace

const TenantConfig* Config::tenant(const TenantId& id) const {
  const auto at =
      std::ranges::find_if(tenants, [&](const TenantConfig& known) { return known.id == id; });
  return at == tenants.end() ? nullptr : &*at;
}

bool Config::loopback_http_allowed() const {
  return std::ranges::any_of(tenants, [](const TenantConfig& tenant) {
    return std::ranges::any_of(tenant.connectors,
                               [](const ConnectorConfig& own) { return own.allow_loopback_http; });
  });
}

std::string to_text(const Fault& fault) {
  return fault.file + ":" + std::to_string(fault.line) + ": " + fault.key + ": " + fault.what + ": "
         + fault.todo;
}

bool keeps_quiet_hours(const Config& config, const TenantConfig& tenant) {
  return tenant.quiet_table.value_or(config.sync.conversation.limits.table.has_value());
}

events::ConfigApplied to_applied(const Config& config, const TenantConfig& tenant) {
  events::ConfigApplied applied;
  applied.source_of_truth = config.sync.source_of_truth;
  applied.rules = domain::rules_version;
  applied.conversation = config.sync.conversation;
  auto& table = applied.conversation.limits.table;
  if (!keeps_quiet_hours(config, tenant))
    table.reset();
  else if (!table)
    table = events::QuietTable{std::string(domain::quiet_table)};
  applied.parking_timeout_seconds = static_cast<std::uint64_t>(config.sync.parking_timeout.count());
  applied.manual_edits = config.sync.manual_edits;
  applied.placement = config.sync.placement;
  for (const auto& name : config.sync.precedence)
    if (has_connector(tenant, name))
      applied.precedence.push_back(name);
  for (const auto& own : tenant.connectors) {
    const auto& name = own.settings.name;
    if (!contains(applied.precedence, name))
      applied.precedence.push_back(name);
    events::AppliedConnector recorded;
    recorded.connector = name;
    recorded.type = own.type;
    recorded.receives = own.receives;
    recorded.settings.insert(own.settings.values.begin(), own.settings.values.end());
    for (const auto& [key, secret] : own.settings.secrets)
      recorded.secrets.push_back(key);
    applied.connectors.push_back(std::move(recorded));
  }
  for (const auto& [field, writers] : config.sync.field_writers) {
    auto& own_writers = applied.field_writers[field];
    std::ranges::copy_if(writers, std::back_inserter(own_writers),
                         [&](const ConnectorName& name) { return has_connector(tenant, name); });
  }
  return applied;
}

} // namespace tidemark::config
