#pragma once
#include "base/time.hpp"

#include <chrono>
#include <string>

namespace tidemark::sandbox {

inline Timestamp now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}
/// The machine's clock, for everything but simulations.
class RealClock final : public WallClock {
public:
  Timestamp now() const override { return sandbox::now(); }
};
inline std::int64_t unix_micros(Timestamp time) {
  return time.time_since_epoch().count();
}
/// `2026-08-14T15:02:11.480Z`
inline std::string millis_text(Timestamp time) {
  return to_rfc3339(time).substr(0, 23) + "Z";
}
/// `2026-08-14 15:02:11`, as Aloware writes it
inline std::string seconds_text(Timestamp time) {
  auto text = to_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text;
}
/// `Fri, 14 Aug 2026 15:02:11 GMT`, as in HTTP's Date
std::string http_date(Timestamp time);

} // namespace tidemark::sandbox
