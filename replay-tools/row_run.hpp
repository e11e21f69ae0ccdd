#pragma once
#include "base/result.hpp"
#include "projections/projection.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::tools {

/// Rows of one table from a stretch of the log: collected, sorted by key, the last of each key
/// kept. Lies in memory or in a file.
class RowRun {
public:
  /// Where the fold writes its rows, until `sort`.
  projections::RowBatch& rows() { return batch_; }
  /// Sorts and drops all but the last row of each key; a row that goes stays as a mark.
  void sort();
  std::size_t bytes() const { return batch_.bytes().size() + entries_.size() * sizeof(Entry); }
  bool empty() const { return entries_.empty() && !file_; }

  /// Moves the sorted rows into a file that has no name, in `dir`. Errors: storage_failed.
  Status spill(const std::string& dir);

  /// Walks a sorted run. Valid as long as the run is.
  class Cursor {
  public:
    explicit Cursor(RowRun& run) : run_(run) {}
    /// The next row, false at the end. Errors: storage_failed.
    Result<bool> next();
    std::string_view key() const { return key_; }
    std::string_view value() const { return value_; }
    bool removed() const { return removed_; }

  private:
    RowRun& run_;
    std::size_t index_ = 0;
    std::string buffer_;
    std::string_view key_;
    std::string_view value_;
    bool removed_ = false;
  };

private:
  struct Entry {
    std::uint64_t high = 0; ///< bytes of the key behind what all keys share: decides most compares
    std::uint64_t low = 0;
    projections::RowBatch::Place place;
  };
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string_view key_of(const Entry& entry) const { return batch_.key(entry.place); }

  projections::RowBatch batch_;
  std::vector<Entry> entries_; ///< once sorted
  std::unique_ptr<std::FILE, CloseFile> file_;
};

} // namespace tidemark::tools
