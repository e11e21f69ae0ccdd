#include "app/watches/measure_watch.hpp"
#include "storage/files/disk_space.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

// What /proc and the disk say of the process and of the machine.
namespace tidemark::app {
namespace {

std::uint64_t page_size() {
  static const auto size = ::sysconf(_SC_PAGESIZE);
  return size > 0 ? static_cast<std::uint64_t>(size) : 0;
}

std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  return in >> all >> resident ? resident * page_size() : 0;
}

/// Of the process's control group (version 2), 0 when it has no limit. A group above may have a
/// stricter one.
std::uint64_t group_limit() {
  constexpr std::string_view own = "0::";
  std::ifstream groups("/proc/self/cgroup");
  std::uint64_t out = 0;
  for (std::string line; std::getline(groups, line);) {
    if (!line.starts_with(own))
      continue;
    std::filesystem::path path = line.substr(own.size());
    for (; !path.empty(); path = path.parent_path()) {
      std::ifstream in("/sys/fs/cgroup" + path.string() + "/memory.max");
      if (std::uint64_t limit = 0; in >> limit) // "max" is no number
        out = out == 0 ? limit : std::min(out, limit);
      if (path == path.parent_path())
        break;
    }
  }
  return out;
}

std::uint64_t machine_bytes() {
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  return pages > 0 ? static_cast<std::uint64_t>(pages) * page_size() : 0;
}

} // namespace

Resources read_resources(const std::string& data_folder, std::uint64_t memory_limit) {
  Resources out;
  out.memory_used = resident_bytes();
  out.memory_limit = memory_limit;
  if (out.memory_limit == 0)
    out.memory_limit = group_limit();
  if (out.memory_limit == 0)
    out.memory_limit = machine_bytes();
  if (const auto space = storage::disk_space(data_folder); space && space->size() > 0)
    out.disk_free_percent = space->free * 100 / space->size();
  return out;
}

} // namespace tidemark::app
