#include "replay-tools/summary/disk_figures.hpp"

#include "storage/files/disk_space.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <system_error>

namespace tidemark::tools {
namespace {

constexpr double kept_free = 0.03; // docs/operating.md "When the disk is full"

/// RocksDB removes files meanwhile: what is gone counts nothing.
std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t out = 0;
  std::error_code gone;
  for (std::filesystem::recursive_directory_iterator at(folder, gone), end; !gone && at != end;
       at.increment(gone)) {
    std::error_code none;
    if (at->is_regular_file(none))
      if (const auto size = at->file_size(none); !none)
        out += size;
  }
  return out;
}

} // namespace

std::optional<DiskFigures> disk_figures(const std::string& folder) {
  const auto space = storage::disk_space(folder);
  return space ? std::optional(DiskFigures{bytes_in(folder), space->free, space->size()})
               : std::nullopt;
}

std::uint64_t growth_of(const DiskFigures& disk, std::uint64_t events, std::uint64_t all_events) {
  if (all_events == 0)
    return 0;
  return static_cast<std::uint64_t>(static_cast<double>(disk.used) / static_cast<double>(all_events)
                                    * static_cast<double>(events));
}

std::optional<std::uint64_t> days_left(const DiskFigures& disk, std::uint64_t growth) {
  if (growth == 0)
    return std::nullopt;
  const auto room = static_cast<double>(disk.free) - kept_free * static_cast<double>(disk.size);
  return room <= 0 ? 0 : static_cast<std::uint64_t>(room / static_cast<double>(growth));
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array units{"bytes", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

} // namespace tidemark::tools
