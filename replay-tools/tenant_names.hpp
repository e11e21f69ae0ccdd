#pragma once
#include "base/result.hpp"
#include "storage/log_store.hpp"

#include <set>
#include <string>

namespace tidemark::tools {

using TenantNames = std::set<std::string>;

/// Every tenant that has events in the log, without reading all of it: those of its first and last
/// events, and those that were there at any start of these. Errors: those of reading.
Result<TenantNames> tenants_in(const storage::LogStore& log);

/// Those of them that were deleted, as the log of the installation says. Errors: those of reading.
Result<TenantNames> ended_tenants_in(const storage::LogStore& log);

} // namespace tidemark::tools
