#pragma once
#include "connectors/shared/recorded_inputs.hpp"
#include "storage/log_store.hpp"

/// How a tenant's connectors were configured at an earlier time, as the log tells. What was decided
/// under a configuration is finished under it, whatever was changed or removed since.
namespace tidemark::actors {

struct RecordedConfiguration {
  Position from;  ///< in force from here on
  Position until; ///< and no more from here on; 0 when it still is
  std::map<ConnectorName, connectors::Configured> connectors; ///< without secrets
  bool is_of(Position at) const {
    return from.value <= at.value && (until.value == 0 || at.value < until.value);
  }
};

/// The one in force at a position; an empty one when none was yet. Errors: of the log.
Result<RecordedConfiguration> configuration_at(const storage::LogStore& log, const TenantId& tenant,
                                               Position at);

/// Do both speak to the same account of the same system?
bool is_same_account(const connectors::Configured& one, const connectors::Configured& other);

} // namespace tidemark::actors
