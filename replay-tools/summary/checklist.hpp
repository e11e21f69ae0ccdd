#pragma once
#include "replay-tools/summary/day_figures.hpp"
#include "replay-tools/summary/disk_figures.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tidemark::tools {

struct ChecklistPoint {
  std::string name;
  bool is_well = true;
  std::string text;
};

/// Health, deliveries, memory, disk, pools, errors, limits and tokens: from the service's status,
/// the figures of the last 24 hours, the disk, and how much was added to it meanwhile.
std::vector<ChecklistPoint> checklist_points(const nlohmann::ordered_json& status,
                                             const DayFigures& day,
                                             const std::optional<DiskFigures>& disk,
                                             std::uint64_t growth);

} // namespace tidemark::tools
