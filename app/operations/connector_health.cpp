#include "app/operations/connector_health.hpp"

#include <fmt/format.h>

namespace tidemark::app {
namespace {

constexpr std::uint64_t failures_until_disconnected = 5;

using domain::AccountState;
using domain::CircuitState;

} // namespace

ConnectorHealth connector_health(const domain::ConnectorReport& report, Timestamp now) {
  ConnectorHealth out{"connected",
                      fmt::format("{} deliveries open, {} requests out, {} failures in a row",
                                  report.open, report.requests_out, report.failures)};
  const auto worse = [&](std::string_view status, const std::string& why) {
    if (out.status != "disconnected")
      out.status = status;
    out.detail += "; " + why;
  };
  if (report.failures > 0)
    out.status = report.failures < failures_until_disconnected ? "degraded" : "disconnected";
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
