#pragma once
#include "base/keyed_hash.hpp"
#include "projections/table/fold.hpp"
#include "replay-tools/tables/merged_rows.hpp"
#include "replay-tools/tables/row_run.hpp"
#include "storage/log_store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tidemark::tools {

struct TableFoldOptions {
  std::string temporary_dir; ///< for runs that do not fit into memory
  std::size_t memory_bytes_max = 256 * 1024 * 1024;
  std::size_t threads = 2;
  std::uint64_t block_events = 32'768; ///< events that make one run
  TenantId tenant{};                   ///< only its events; empty: all
};

/// The tables at a position, folded from zero: the log is cut into blocks, each folded and sorted
/// by itself on some thread; then the runs are merged, of equal keys the newest block's row counts.
/// So memory is bounded and the result does not depend on threads.
class TableFold {
public:
  /// Folds events 1 to `to`. Errors: those of reading and decoding, storage_failed.
  static Result<TableFold> run(const storage::LogStore& log, Position to,
                               std::vector<const projections::Projection*> projections,
                               const KeyedHasher& hasher, const TableFoldOptions& options);

  const std::vector<const projections::Projection*>& projections() const { return projections_; }
  std::uint64_t unknown_count() const { return unknown_; }

  /// Gives the rows of the i-th projection, ascending by key. Only once for each.
  MergedRows rows(std::size_t index) { return MergedRows(runs_[index]); }

private:
  std::vector<const projections::Projection*> projections_;
  std::vector<std::vector<RowRun>> runs_; ///< for each projection, by block
  std::uint64_t unknown_ = 0;
  friend class BlockWorkers;
};

} // namespace tidemark::tools
