#include "base/time.hpp"

#include <fmt/format.h>

namespace tidemark {
namespace {

std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  if (from + count > text.size())
    return std::nullopt;
  int value = 0;
  for (char c : text.substr(from, count)) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Minutes east of UTC, from `Z`, `+hh:mm` or `-hh:mm`.
std::optional<int> zone_minutes(std::string_view zone) {
  if (zone == "Z" || zone == "z")
    return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':')
    return std::nullopt;
  const auto hours = digits(zone, 1, 2);
  const auto minutes = digits(zone, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59)
    return std::nullopt;
  const int total = *hours * 60 + *minutes;
  return zone[0] == '-' ? -total : total;
}

} // namespace

std::string to_rfc3339(Timestamp time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<Timestamp> from_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!y || !mo || !d || !h || !mi || !s)
    return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')
      || text[13] != ':' || text[16] != ':' || *h > 23 || *mi > 59 || *s > 60)
    return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok())
    return std::nullopt;
  auto rest = text.substr(19);
  int micros = 0;
  if (!rest.empty() && rest[0] == '.') {
    std::size_t count = 1;
    int scale = 100000;
    while (count < rest.size() && rest[count] >= '0' && rest[count] <= '9') {
      micros += (rest[count] - '0') * scale;
      scale /= 10;
      ++count;
    }
    if (count == 1 || count > 10)
      return std::nullopt;
    rest = rest.substr(count);
  }
  const auto zone = zone_minutes(rest);
  if (!zone)
    return std::nullopt;
  return Timestamp{sys_days{date} + hours{*h} + minutes{*mi - *zone} + seconds{*s}
                   + microseconds{micros}};
}

} // namespace tidemark
