#include "config/sections.hpp"

// From when on somebody is told (docs/alerts.md).
namespace tidemark::config {
namespace {

constexpr std::uint32_t most = 1'000'000, day = 24 * 3600, week_in_minutes = 7 * 24 * 60;

void read_waiting(Section& section, AlertConfig& out) {
  out.many = section.integer("many", out.many, 1, most);
  out.critical = section.integer("critical", out.critical, 1, most);
  section.check("critical", out.critical >= out.many, "it is less than alerts.many",
                "write at least as much: what waits is a warning first");
  out.oldest_delivery_minutes =
      section.integer("oldest_delivery_minutes", out.oldest_delivery_minutes, 0, week_in_minutes);
  out.dead_letters = section.integer("dead_letters", out.dead_letters, 1, most);
}

void read_systems(Section& section, AlertConfig& out) {
  constexpr std::uint32_t window_max = 3600, answer_max = 600'000, renewal_max = 7 * day,
                          kinds_max = 30 * 24, silence_max = 30 * 24 * 60;
  out.error_percent = section.integer("error_percent", out.error_percent, 0, 100);
  out.error_window_seconds =
      section.integer("error_window_seconds", out.error_window_seconds, 10, window_max);
  out.error_requests = section.integer("error_requests", out.error_requests, 1, most);
  out.answer_ms = section.integer("answer_ms", out.answer_ms, 0, answer_max);
  out.answer_window_seconds =
      section.integer("answer_window_seconds", out.answer_window_seconds, 10, window_max);
  out.answer_requests = section.integer("answer_requests", out.answer_requests, 1, most);
  out.pool_percent = section.integer("pool_percent", out.pool_percent, 0, 99);
  out.pool_seconds = section.integer("pool_seconds", out.pool_seconds, 1, window_max);
  out.renewal_failing_seconds =
      section.integer("renewal_failing_seconds", out.renewal_failing_seconds, 0, renewal_max);
  out.silence_minutes = section.integer("silence_minutes", out.silence_minutes, 0, silence_max);
  out.unknown_kinds_hours =
      section.integer("unknown_kinds_hours", out.unknown_kinds_hours, 0, kinds_max);
}

void read_machine(Section& section, AlertConfig& out) {
  constexpr std::uint32_t least_limit = 64, hold_max = 3600;
  // Less than this is told by the log itself, critical.
  constexpr std::uint32_t stops_at = 15;
  out.memory_percent = section.integer("memory_percent", out.memory_percent, 0, 100);
  out.memory_limit_mb = section.integer("memory_limit_mb", out.memory_limit_mb, 0, 1U << 24U);
  section.check("memory_limit_mb", out.memory_limit_mb == 0 || out.memory_limit_mb >= least_limit,
                "it is less than the service needs to start",
                "write 64 or more, or 0 for what the machine or the control group gives");
  out.disk_free_percent = section.integer("disk_free_percent", out.disk_free_percent, 0, 100);
  section.check("disk_free_percent",
                out.disk_free_percent == 0 || out.disk_free_percent >= stops_at,
                "deliveries have stopped by then", "write 15 or more, or 0 for no warning before");
  out.hold_seconds = section.integer("hold_seconds", out.hold_seconds, 0, hold_max);
  out.cool_down_seconds = section.integer("cool_down_seconds", out.cool_down_seconds, 0, day);
}

} // namespace

AlertConfig read_alerts(Section section, const std::vector<TenantConfig>& tenants) {
  AlertConfig out;
  read_waiting(section, out);
  read_systems(section, out);
  read_machine(section, out);
  out.receivers = read_receivers(section, tenants);
  section.refuse_unknown_keys();
  return out;
}

} // namespace tidemark::config
