#pragma once
#include "events/engine.hpp"
#include "storage/log_store.hpp"

namespace tidemark::tools {

/// The newest configuration that a service recorded for the tenant; an empty one where none did.
/// Errors: those of reading.
Result<events::ConfigApplied> applied_config(const storage::LogStore& log, const TenantId& tenant);

/// Errors: bad_usage, with the names that are known, when the newest configuration has no connector
/// of this name; those of reading.
Status check_connector(const storage::LogStore& log, const TenantId& tenant,
                       const ConnectorName& connector);

} // namespace tidemark::tools
