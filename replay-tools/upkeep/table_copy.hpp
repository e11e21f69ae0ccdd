#pragma once
#include "projections/table/projection.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/scratch.hpp"
#include "replay-tools/tables/table_differences.hpp"
#include "storage/folder/fence.hpp"
#include "storage/tables/rocks_tables.hpp"

#include <memory>
#include <optional>

namespace tidemark::tools {

/// The tables as they stood at one moment: of a running service a copy of links, else the tables
/// themselves. Each can be compared with the log at its own position.
class TableCopy {
public:
  /// Errors: service_unreachable, storage_failed; busy while another has one of a running service.
  static Result<TableCopy> take(DataFolder& folder, const CommonOptions& common);
  const storage::TableStore& tables() const { return *tables_; }

private:
  std::optional<storage::Fence> alone_;
  std::unique_ptr<Scratch> place_;
  std::unique_ptr<storage::RocksTables> own_;
  const storage::TableStore* tables_ = nullptr;
};

/// What came of one table.
struct ComparedTable {
  const projections::Projection* projection = nullptr;
  Position at;
  std::uint64_t rows = 0;    ///< that the log gives
  Digest folded{}, stored{}; ///< of all tenants; not told of one
  TableDifferences differences;
};
/// Gets a change that a table needs, of rows that are of that position.
using TakeChange =
    std::function<Status(const projections::Projection&, Position, storage::Mutation)>;

/// Folds the log up to where each table stands and compares; `tenant`: its rows alone, empty: all.
/// Errors: unknown_events, other_version where a table is of another version of its projection,
/// those of reading.
Result<std::vector<ComparedTable>>
compare_tables(DataFolder& folder, const TableCopy& copy,
               const std::vector<const projections::Projection*>& wanted, const TenantId& tenant,
               const TakeChange& change);

} // namespace tidemark::tools
