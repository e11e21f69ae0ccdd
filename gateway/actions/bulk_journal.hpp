#pragma once
#include "events/all.hpp"
#include "gateway/actions/bulk_action.hpp"
#include "storage/log_store.hpp"

#include <set>
#include <vector>

/// What the log knows of actions.
namespace tidemark::gateway {

events::BulkStarted started_event(const BulkAction& action);
events::BulkEnded ended_event(const BulkAction& action);

/// Once it is durable. Error: not_stored.
Status record_in_bulk_journal(storage::LogStore& log, const TenantId& tenant, events::Event event);

/// The tenant's, the oldest first; those that have not ended are `running`. The newest `kept` at
/// least: what is older is read only where one of them goes back to it, so a start takes no longer
/// for a long past. One that was running is among them, for no other runs beside it; an import that
/// is left open behind `kept` later ones is forgotten. Errors: those of reading.
Result<std::vector<BulkAction>> read_bulk_journal(const storage::LogStore& log,
                                                  const TenantId& tenant, std::size_t kept);

/// What an action has asked for, by delivery or position: also what is not decided yet, and so in
/// no table. Errors: those of reading.
Result<std::set<std::string>> asked_already(const storage::LogStore& log, const TenantId& tenant,
                                            const BulkAction& action);

} // namespace tidemark::gateway
