#include "domain/consent/quiet_hours.hpp"

#include "base/contains.hpp"

#include <charconv>

namespace tidemark::domain {
namespace {

constexpr std::size_t hour_at = 11, minute_at = 14; // in 2026-08-14T21:30:00
constexpr std::size_t day_size = 10;
constexpr std::chrono::minutes westmost{-12 * 60}, eastmost{14 * 60}; // of all local times

std::optional<std::uint32_t> two_digits(std::string_view text, std::size_t at) {
  if (text.size() < at + 2)
    return std::nullopt;
  std::uint32_t out = 0;
  const auto part = text.substr(at, 2);
  const auto [end, wrong] = std::from_chars(part.data(), part.data() + part.size(), out);
  return wrong == std::errc{} && end == part.data() + part.size() ? std::optional(out)
                                                                  : std::nullopt;
}

} // namespace

std::string local_time(Timestamp at, std::chrono::minutes ahead) {
  return to_rfc3339(at + ahead).substr(0, 19); // without decimals and the Z, which it is not
}

bool is_quiet(std::string_view local_time, const events::SendLimits& limits) {
  const auto hour = two_digits(local_time, hour_at);
  const auto minute = two_digits(local_time, minute_at);
  if (!hour || !minute)
    return true;
  const auto now = *hour * 60 + *minute;
  const bool allowed = limits.from < limits.until ? now >= limits.from && now < limits.until
                                                  : now >= limits.from || now < limits.until;
  return !allowed;
}

bool is_holiday(std::string_view local_time, const std::vector<std::string>& dates) {
  return !dates.empty()
         && (local_time.size() < day_size
             || contains(dates, std::string(local_time.substr(0, day_size))));
}

std::string after_holidays(std::string_view local_time, const std::vector<std::string>& dates) {
  auto day = from_rfc3339(std::string(local_time.substr(0, day_size)) + "T00:00:00Z");
  while (day && is_holiday(to_rfc3339(*day), dates))
    *day += std::chrono::days{1};
  return day ? to_rfc3339(*day).substr(0, 19) : "";
}

bool is_holiday_somewhere(Timestamp now, const std::vector<std::string>& dates) {
  for (auto ahead = westmost; ahead <= eastmost; ahead += std::chrono::hours{1})
    if (is_holiday(local_time(now, ahead), dates))
      return true;
  return false;
}

Timestamp after_holidays_everywhere(Timestamp now, const std::vector<std::string>& dates) {
  auto out = std::chrono::floor<std::chrono::hours>(now);
  while (is_holiday_somewhere(out, dates))
    out += std::chrono::hours{1};
  return out;
}

} // namespace tidemark::domain
