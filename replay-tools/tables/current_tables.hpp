#pragma once
#include "projections/table/projection.hpp"
#include "replay-tools/data_folder.hpp"
#include "storage/tables/memory_tables.hpp"

#include <map>
#include <string>

namespace tidemark::tools {

/// Rows as the whole log says them. A table that does not stand at the log's end, or was made by
/// another version of its projection, or is not there, is folded from the log in memory when it is
/// asked for: what it lacks must not read as "there is none".
class CurrentTables {
public:
  /// `folder` outlives this.
  explicit CurrentTables(DataFolder& folder) : folder_(folder), end_(folder.log().durable()) {}
  /// The scan function that views read through, while this lives. Errors: also those of a fold.
  projections::Scan scan();

private:
  Result<const storage::TableStore*> table(std::string_view name);
  /// A running service's tables follow within milliseconds.
  Result<bool> stands_at_end(const projections::Projection& projection);
  Result<bool> is_current(const projections::Projection& projection);
  Status fold(const projections::Projection& projection);

  DataFolder& folder_;
  Position end_;
  storage::MemoryTables folded_;
  std::map<std::string, const storage::TableStore*, std::less<>> chosen_;
};

} // namespace tidemark::tools
