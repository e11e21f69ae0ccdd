#include "base/time_zones.hpp"

#include <absl/time/time.h>

#include <string>

namespace tidemark {

std::optional<std::chrono::minutes> utc_offset(std::string_view zone, Timestamp at) {
  absl::TimeZone found;
  // "Fixed/UTC..." and "localtime" are the library's own names, not the database's.
  if (zone.find('/') == std::string_view::npos || zone.starts_with("Fixed/")
      || zone.find("..") != std::string_view::npos || zone.starts_with('/')
      || !absl::LoadTimeZone(std::string(zone), &found))
    return std::nullopt;
  const auto here = found.At(absl::FromUnixMicros(at.time_since_epoch().count()));
  return std::chrono::minutes{here.offset / 60};
}

} // namespace tidemark
