#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace tidemark::storage {

/// Bytes of the disk that holds a folder. Used and free together are what this service could have,
/// as `df` reckons: what is kept back for root, or for others by a quota, is in neither.
struct DiskSpace {
  std::uint64_t free = 0, used = 0;
  std::uint64_t size() const { return free + used; }
  /// 0 to 1; 0 of a disk without any room.
  double free_share() const {
    return size() == 0 ? 0 : static_cast<double>(free) / static_cast<double>(size());
  }
};
/// Nothing when it cannot be told.
std::optional<DiskSpace> disk_space(const std::string& folder);

} // namespace tidemark::storage
