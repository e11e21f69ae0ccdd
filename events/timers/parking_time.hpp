#pragma once
#include "events/engine.hpp"

#include <optional>

/// When parked commands have waited long enough, as the subject of a timer.
namespace tidemark::events {

/// An input, and a key under which its commands wait.
struct ParkingTime {
  Position input;
  std::optional<Hash16> key; ///< none when they wait for none
};
inline constexpr std::string_view parking_timer = "parking";
TimerDue timer_of(const ParkingTime& time);
/// Nothing for other timers.
std::optional<ParkingTime> parking_time(const TimerDue& timer);

} // namespace tidemark::events
