#pragma once
#include "base/time.hpp"
#include "storage/files/files.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::storage {

/// A file of fixed size beside the log. All its blocks are written when it is made, so that putting
/// something into it needs no room on the disk (not so on file systems that copy on write).
/// For one thread.
///
///   file := entry* · zeros        entry := u32 bytes · u64 time, microseconds · 16 of SHA-256 ·
///   bytes
class OptOutSpool {
public:
  static constexpr std::uint64_t size = 16U << 20;

  struct Entry {
    Timestamp spooled_at;
    std::string bytes;
  };

  /// Opens the file, or makes it. Errors: storage_failed.
  static Result<OptOutSpool> open(const std::string& path);

  /// Does an entry stand in the file? Changes nothing; a missing file holds none. Errors:
  /// storage_failed.
  static Result<bool> holds_any(const std::string& path);

  /// On disk and synced when it gives Done. Errors: spool_full, storage_failed.
  Status put(std::string_view bytes, Timestamp now);
  /// All that was put since it was cleared, in that order. An entry that is not whole ends the
  /// list: it was never acknowledged. Errors: storage_failed.
  Result<std::vector<Entry>> entries() const;
  /// Errors: storage_failed.
  Status clear();

private:
  OptOutSpool(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  Status write_at(std::uint64_t offset, std::string_view bytes) const;
  Result<std::string> read_at(std::uint64_t offset, std::size_t count) const;
  Status sync() const;

  Descriptor file_;
  std::string path_;
  std::uint64_t end_ = 0;
};

} // namespace tidemark::storage
