#pragma once
#include "base/result.hpp"
#include "projections/table/row_batch.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace tidemark::tools {

/// Rows of one table from a stretch of the log, in the order of their keys, the last of each key
/// kept; a row that goes stays as a mark. Lies in memory or in a file.
class RowRun {
public:
  /// Sorted from the rows as the fold gave them; the batch is not needed after that.
  static RowRun sorted(const projections::RowBatch& batch);

  std::size_t bytes() const { return rows_.size(); }
  bool empty() const { return rows_.empty() && !file_; }

  /// Moves the rows into a file that has no name, in `dir`. Errors: storage_failed.
  Status spill(const std::string& dir);

  /// Walks a run. Valid as long as the run is.
  class Cursor {
  public:
    explicit Cursor(RowRun& run) : run_(run) {}
    /// The next row, false at the end. Errors: storage_failed.
    Result<bool> next();
    std::string_view key() const { return key_; }
    std::string_view value() const { return value_; }
    bool removed() const { return removed_; }

  private:
    Result<bool> next_in_file();
    /// The row at `at`, whose two lengths are in `lengths`.
    void show(const char* lengths, const char* at);

    RowRun& run_;
    std::size_t offset_ = 0;
    std::string buffer_; ///< one row of a file
    std::string_view key_;
    std::string_view value_;
    bool removed_ = false;
  };

private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string rows_; ///< unless they are in the file; each as row_run.cpp says
  std::unique_ptr<std::FILE, CloseFile> file_;
};

} // namespace tidemark::tools
