#include "base/text/whole_number.hpp"
#include "connectors/gohighlevel/parts.hpp"

namespace tidemark::connectors::gohighlevel {
namespace {

constexpr std::uint64_t year_2001_ms = 1'000'000'000'000; // larger numbers are moments, not pauses
constexpr std::uint64_t ms_max = 4'000'000'000'000;

std::optional<std::uint64_t> number(const HttpAnswer& answer, std::string_view name) {
  const auto text = only_header(answer.limits, name);
  return text ? whole_number<std::uint64_t>(*text) : std::nullopt;
}

} // namespace

domain::StatedLimits stated_limits(const HttpAnswer& answer, Timestamp now) {
  using std::chrono::milliseconds;
  domain::StatedLimits out;
  out.limit = number(answer, "x-ratelimit-max");
  out.remaining = number(answer, "x-ratelimit-remaining");
  const auto interval = number(answer, "x-ratelimit-interval-milliseconds").value_or(0);
  out.window = milliseconds(std::min(interval, ms_max));
  out.day_limit = number(answer, "x-ratelimit-limit-daily");
  out.day_remaining = number(answer, "x-ratelimit-daily-remaining");
  if (const auto reset = number(answer, "x-ratelimit-daily-reset"); reset && *reset < ms_max)
    out.day_resets =
        *reset >= year_2001_ms ? Timestamp{milliseconds(*reset)} : now + milliseconds(*reset);
  return out;
}

} // namespace tidemark::connectors::gohighlevel
