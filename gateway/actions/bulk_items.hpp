#pragma once
#include "base/keyed_hash.hpp"
#include "gateway/actions/bulk_action.hpp"
#include "projections/table/scan.hpp"
#include "storage/log_store.hpp"

#include <functional>
#include <stop_token>
#include <vector>

/// Which deliveries or webhooks an action is for: all that its filter fits, also those beyond what
/// a page shows.
namespace tidemark::gateway {

struct BulkItem {
  std::string cursor;            ///< after it the next one comes
  std::vector<std::string> path; ///< of the single request
  std::string left_out;          ///< reason code; "" when it is to be asked for
};

struct BulkSource {
  const projections::Scan& scan;
  const storage::LogStore& log;
  const TenantId& tenant;
  const KeyedHasher& hasher;
  std::string_view region; ///< of national telephone numbers
};

/// Calls `use` for each, from the one after `cursor` on. False when it was stopped before the last
/// one. Errors: those of reading, and of `use`.
Result<bool> each_bulk_item(const BulkSource& source, const BulkWish& wish,
                            const std::string& cursor, const std::stop_token& stop,
                            const std::function<Status(const BulkItem&)>& use);

} // namespace tidemark::gateway
