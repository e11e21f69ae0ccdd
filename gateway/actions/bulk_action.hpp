#pragma once
#include "base/time.hpp"
#include "events/bulk.hpp"

#include <map>
#include <optional>
#include <string>

namespace tidemark::gateway {

/// What is to be done to each.
struct BulkWish {
  std::string what; ///< retry, write_off, reprocess, purge, import
  events::BulkFilter filter;
  std::string reason;
  bool dry_run = false;
  bool texts = false;                ///< texts too; without, they are left out
  std::uint64_t max_age_seconds = 0; ///< of a text; 0: as for a single one
  std::uint32_t per_second = 20;
  std::string request_id;                   ///< of the request for it
  Position up_to;                           ///< nothing that came later is meant
  std::optional<events::BulkImport> list{}; ///< of `import`
};

/// How far it is.
struct BulkAction {
  std::string id;
  BulkWish wish;
  std::string by;
  std::string state = "running"; ///< running, done, stopped, failed
  events::BulkCounts counts;     ///< requested: recorded, or in a dry run: would be
  std::string cursor;            ///< the last one that was looked at; "" none yet
  Timestamp started_at;
  std::optional<Timestamp> ended_at;
  std::string error; ///< of `failed`
};

} // namespace tidemark::gateway
