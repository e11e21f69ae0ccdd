#include "replay-tools/applied_config.hpp"

#include "base/text/joined.hpp"
#include "events/format/tags.hpp"
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

} // namespace tidemark::tools
