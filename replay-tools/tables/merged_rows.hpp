#pragma once
#include "base/crypto.hpp"
#include "replay-tools/tables/key_head.hpp"
#include "replay-tools/tables/row_run.hpp"

#include <string>
#include <vector>

namespace tidemark::tools {

/// Merges runs; counts and hashes what it gives.
class MergedRows {
public:
  explicit MergedRows(std::vector<RowRun>& runs);
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
