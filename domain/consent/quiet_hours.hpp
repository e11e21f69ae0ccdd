#pragma once
#include "base/time.hpp"
#include "events/engine.hpp"
#include "events/format/field_set.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// At which time of day an agent's message may reach a person: by the clock where the person is
/// (47 CFR 64.1200 (c)(1), requirements E1, E3, O13).
namespace tidemark::domain {

/// A time zone in which the person may be, and what the clock shows there.
struct LocalClock {
  std::string zone;
  std::string time; ///< `2026-08-14T21:30:00`
};

/// All places where the person may be.
struct Whereabouts {
  std::vector<LocalClock> clocks;
  std::string
      from; ///< contact, place, default, unknown; "" in logs of before, when it was not asked
};

inline bool has_quiet_hours(const events::SendLimits& limits) {
  return limits.from != limits.until;
}

/// The clock `ahead` of UTC.
std::string local_time(Timestamp at, std::chrono::minutes ahead);

/// May nothing leave at that time of day? A time that cannot be read counts as quiet.
bool is_quiet(std::string_view local_time, const events::SendLimits& limits);

/// Is that day one of these dates? A time that cannot be read counts as one.
bool is_holiday(std::string_view local_time, const std::vector<std::string>& dates);

/// The begin of the first day after it that is no holiday, there: `2026-12-27T00:00:00`; "" for a
/// time that cannot be read.
std::string after_holidays(std::string_view local_time, const std::vector<std::string>& dates);

/// Is it a holiday at some place on Earth?
bool is_holiday_somewhere(Timestamp now, const std::vector<std::string>& dates);
/// When it is one nowhere any more.
Timestamp after_holidays_everywhere(Timestamp now, const std::vector<std::string>& dates);

} // namespace tidemark::domain
