#include "events/timers/parking_time.hpp"

#include <charconv>

namespace tidemark::events {

TimerDue timer_of(const ParkingTime& time) {
  return {std::string(parking_timer),
          std::to_string(time.input.value) + "/" + (time.key ? to_hex(*time.key) : "")};
}

std::optional<ParkingTime> parking_time(const TimerDue& timer) {
  ParkingTime out;
  const auto& text = timer.subject;
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, out.input.value);
  if (timer.timer != parking_timer || failed != std::errc{} || stop == end || *stop != '/')
    return std::nullopt;
  const std::string_view key(stop + 1, end);
  if (!key.empty() && !read_hex(key, out.key.emplace()))
    return std::nullopt;
  return out;
}

} // namespace tidemark::events
