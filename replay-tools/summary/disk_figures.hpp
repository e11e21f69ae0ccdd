#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace tidemark::tools {

struct DiskFigures {
  std::uint64_t used = 0; ///< by the data folder
  std::uint64_t free = 0, size = 0;
};
/// Nothing when it cannot be told.
std::optional<DiskFigures> disk_figures(const std::string& folder);

/// How much the folder grows by so many of its events.
std::uint64_t growth_of(const DiskFigures& disk, std::uint64_t events, std::uint64_t all_events);

/// How long what is free lasts at that growth in a day, down to the 3 % at which the service takes
/// opt-outs alone; nothing without growth.
std::optional<std::uint64_t> days_left(const DiskFigures& disk, std::uint64_t growth);

/// `1.4 GB`
std::string size_text(std::uint64_t bytes);

} // namespace tidemark::tools
