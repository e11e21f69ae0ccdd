#pragma once
#include "base/crypto.hpp"
#include "projections/table/fold.hpp"
#include "replay-tools/tables/key_head.hpp"
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
  class Rows;
  Rows rows(std::size_t index);

private:
  std::vector<const projections::Projection*> projections_;
  std::vector<std::vector<RowRun>> runs_; ///< for each projection, by block
  std::uint64_t unknown_ = 0;
  friend class BlockWorkers;
};

/// Merges runs; counts and hashes what it gives.
class TableFold::Rows {
public:
  explicit Rows(std::vector<RowRun>& runs);
  /// The next row, false at the end. Errors: storage_failed.
  Result<bool> next(std::string& key, std::string& value);
  std::uint64_t count() const { return count_; }
  /// The table's digest once all rows were given: as storage::digest over the same rows.
  Digest digest();

private:
  /// A run that has a row.
  struct Next {
    KeyHead head;
    std::size_t cursor = 0;
  };
  bool comes_before(const Next& a, const Next& b) const;
  void sink(std::size_t at);
  Status advance_top();

  std::vector<RowRun::Cursor> cursors_;
  std::vector<Next> heap_; ///< the one with the least key on top
  Error failure_;
  std::uint64_t count_ = 0;
  std::string to_hash_; ///< rows that the hash has not seen yet: it likes large pieces
  Sha256 hash_;
};

} // namespace tidemark::tools
