#include "domain/consent/quiet_hours.hpp"

#include <charconv>

namespace tidemark::domain {
namespace {

constexpr std::size_t hour_at = 11, minute_at = 14; // in 2026-08-14T21:30:00

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

} // namespace tidemark::domain
