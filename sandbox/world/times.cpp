#include "sandbox/world/times.hpp"

#include "base/contains.hpp"

#include <fmt/format.h>

namespace tidemark::sandbox {

std::string http_date(Timestamp time) {
  using namespace std::chrono;
  static constexpr auto days = words("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat");
  static constexpr auto months =
      words("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
  const auto midnight = floor<std::chrono::days>(time);
  const year_month_day date{midnight};
  const hh_mm_ss clock{floor<seconds>(time - midnight)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     days.at(weekday{midnight}.c_encoding()), static_cast<unsigned>(date.day()),
                     months.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

} // namespace tidemark::sandbox
