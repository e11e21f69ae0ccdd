#include "replay-tools/applied_config.hpp"

#include "base/text/joined.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::tools {

Result<events::ConfigApplied> applied_config(const storage::LogStore& log, const TenantId& tenant) {
  TRY(positions, log.tagged(tenant, storage::stream_tag(events::engine_stream()), {}, SIZE_MAX));
  for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
    TRY(event, storage::recorded_event(log, *at));
    if (auto* applied = std::get_if<events::ConfigApplied>(&event.event))
      return std::move(*applied);
  }
  return events::ConfigApplied{};
}

Status check_connector(const storage::LogStore& log, const TenantId& tenant,
                       const ConnectorName& connector) {
  TRY(config, applied_config(log, tenant));
  for (const auto& one : config.connectors)
    if (one.connector == connector)
      return Done{};
  const auto known =
      joined(config.connectors, ", ", [](const auto& one) { return one.connector.value; });
  return Error{"bad_usage",
               "there is no connector " + connector.value + ": "
                   + (known.empty() ? "the log names none yet" : "say one of " + known)};
}

Status check_known_connector(const storage::LogStore& log, const TenantId& tenant,
                             const ConnectorName& connector) {
  TenantNames tenants{tenant.value};
  if (tenant.value.empty()) {
    TRY(all, tenants_in(log));
    tenants = std::move(all);
  }
  Status found = Done{};
  for (const auto& one : tenants) {
    TRY(config, applied_config(log, TenantId(one)));
    found =
        config.connectors.empty() ? Status(Done{}) : check_connector(log, TenantId(one), connector);
    if (found)
      return found;
    for (const auto& stream :
         {events::webhook_stream(connector), events::connector_stream(connector)}) {
      TRY(newest, log.newest_tagged(TenantId(one), storage::stream_tag(stream)));
      if (newest != Position{})
        return Done{};
    }
  }
  return found;
}

} // namespace tidemark::tools
