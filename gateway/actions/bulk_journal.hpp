#pragma once
#include "events/all.hpp"
#include "gateway/actions/bulk_action.hpp"
#include "storage/log_store.hpp"

#include <vector>

/// What the log knows of actions.
namespace tidemark::gateway {

events::BulkStarted started_event(const BulkAction& action);
events::BulkEnded ended_event(const BulkAction& action);

/// Once it is durable. Error: not_stored.
Status record_in_bulk_journal(storage::LogStore& log, const TenantId& tenant, events::Event event);

/// All of the tenant, the oldest first; those that have not ended are `running`. Errors: those of
/// reading.
Result<std::vector<BulkAction>> read_bulk_journal(const storage::LogStore& log,
                                                  const TenantId& tenant);

} // namespace tidemark::gateway
