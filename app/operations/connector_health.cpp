#include "app/operations/connector_health.hpp"

#include "events/format/reason.hpp"

#include <fmt/format.h>

namespace tidemark::app {
namespace {

constexpr std::uint64_t failures_until_disconnected = 5;

using domain::AccountState;
using domain::CircuitState;
using domain::ConnectionWord;

/// Such as "3 h"; a time that the clock places in the future is no age.
std::string age(Timestamp at, Timestamp now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now - at).count();
  if (seconds < 0)
    return "an unknown time";
  if (seconds < 120)
    return fmt::format("{} s", seconds);
  if (seconds < 120 * 60)
    return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h", seconds / 3600);
}

/// What was seen of the connection, and how long ago.
std::string seen(const domain::ConnectionEvidence& connection, Timestamp now) {
  if (!connection.reached)
    return "no answer from it since the start";
  const auto accepted = connection.accepted();
  return fmt::format("last answer {} ago, {}", age(*connection.reached, now),
                     accepted ? "key last accepted " + age(*accepted, now) + " ago"
                              : "key not accepted since the start");
}

std::string refused(const domain::ConnectionEvidence& connection) {
  const auto& refusal = *connection.refusal();
  return fmt::format("{} refused since {}: {}",
                     connection.token.refused ? "the key is" : "the secret of forwarded bodies is",
                     to_rfc3339(*refusal.refused), explain_reason(refusal.reason_code).text);
}

} // namespace

ConnectorHealth connector_health(const domain::ConnectorReport& report, Timestamp now) {
  const auto word = domain::word_of(report.connection, now);
  ConnectorHealth out{word == ConnectionWord::connected ? "connected" : "unknown",
                      fmt::format("{} deliveries open, {} requests out, {} failures in a row; {}",
                                  report.open, report.requests_out, report.failures,
                                  seen(report.connection, now))};
  const auto worse = [&](std::string_view status, const std::string& why) {
    if (out.status != "disconnected")
      out.status = status;
    out.detail += "; " + why;
  };
  if (report.failures > 0)
    out.status = report.failures < failures_until_disconnected ? "degraded" : "disconnected";
  if (word == ConnectionWord::refused)
    worse("degraded", refused(report.connection));
  if (report.circuit == CircuitState::open)
    worse("disconnected",
          fmt::format("the circuit is open since {}, the next probe at {}",
                      to_rfc3339(report.circuit_since), to_rfc3339(report.probe_at.value_or(now))));
  else if (report.circuit == CircuitState::half_open)
    worse("disconnected", "the circuit is open, a probe looks whether it answers");
  if (report.account && report.account->state == AccountState::reconnect_needed)
    worse("disconnected",
          "the refresh token is not taken any more: tidemark connect " + report.connector.value);
  else if (report.account && report.account->state == AccountState::not_connected)
    worse("disconnected",
          "the account is not connected: tidemark connect " + report.connector.value);
  else if (report.account && report.account->state == AccountState::failing)
    worse("degraded", "the token could not be renewed yet: " + report.account->reason_code);
  if (report.budget.day_used_up && report.budget.until)
    worse("degraded", "the system's limit for a day is used up; deliveries but opt-outs wait until "
                          + to_rfc3339(*report.budget.until));
  if (report.pause)
    worse("degraded", fmt::format("paused since {}{}",
                                  to_rfc3339(report.pause->since), // by whom: behind a login
                                  report.pause->hold_opt_outs ? "; opt-outs wait too" : ""));
  return out;
}

} // namespace tidemark::app
