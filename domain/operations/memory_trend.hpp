#pragma once
#include "base/time.hpp"

#include <cstdint>
#include <deque>
#include <string_view>

namespace tidemark::domain {

enum class Trend : std::uint8_t { not_known, steady, rises, falls };
std::string_view name_of(Trend trend); ///< not_known, steady, rises, falls

/// How much memory was in use over the last hour, looked at once a minute.
class MemoryTrend {
public:
  struct Report {
    Trend trend = Trend::not_known;
    std::uint64_t minutes = 0; ///< that it is about
    std::uint64_t least = 0, most = 0;
    std::uint64_t begun = 0, ended = 0; ///< the middle of its first and of its last third
  };

  /// About once a second.
  void note(Timestamp at, std::uint64_t bytes);
  /// It rises where each third of the time is above the one before, by a twentieth and 16 MiB in
  /// all; and falls likewise. Less than a quarter of an hour tells nothing.
  Report report() const;

private:
  struct Sample {
    Timestamp at;
    std::uint64_t bytes;
  };
  std::deque<Sample> samples_;
};

} // namespace tidemark::domain
