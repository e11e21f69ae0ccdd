#include "storage/files/disk_space.hpp"

#include <sys/statvfs.h>

namespace tidemark::storage {

std::optional<DiskSpace> disk_space(const std::string& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0 || disk.f_blocks == 0)
    return std::nullopt;
  return DiskSpace{disk.f_bavail * disk.f_frsize, (disk.f_blocks - disk.f_bfree) * disk.f_frsize};
}

} // namespace tidemark::storage
