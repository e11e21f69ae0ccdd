#include "app/operations/connector_health.hpp"

#include "events/format/reason.hpp"

#include <fmt/format.h>

namespace tidemark::app {
namespace {

constexpr std::uint64_t failures_until_disconnected = 5;
/// So long a webhook shows that a system that only sends them does so.
constexpr std::chrono::hours webhook_lasts{24};

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

std::string key_seen(const domain::ConnectionEvidence& connection, Timestamp now) {
  const auto* accepted = connection.acceptance();
  if (!accepted)
    return "key not accepted since the start";
  return accepted->from_log ? "key accepted before the start, not seen since"
                            : "key last accepted " + age(*accepted->accepted, now) + " ago";
}

/// What was seen of the connection, and how long ago.
std::string seen(const domain::ConnectionEvidence& connection, Timestamp now) {
  if (!connection.reached)
    return "no answer from it since the start"
           + (connection.acceptance() ? ", " + key_seen(connection, now) : std::string());
  return fmt::format("last answer {} ago, {}", age(*connection.reached, now),
                     key_seen(connection, now));
}

/// Such as "connection_refused: Nothing takes connections at the vendor's address."
std::string named(Reason reason) {
  return fmt::format("{}: {}", name_of(reason), explain_reason(reason).text);
}

/// A connector that nothing is sent to: its webhooks are seen, and what it answers where it can be
/// asked for nothing.
ConnectorHealth listening_health(const domain::ConnectorReport& report,
                                 std::optional<Timestamp> last_webhook, Timestamp now) {
  const bool lately = last_webhook && now - *last_webhook <= webhook_lasts;
  const bool answers = domain::word_of(report.connection, now) == ConnectionWord::connected;
  ConnectorHealth out{lately || answers ? "connected" : "unknown",
                      last_webhook
                          ? fmt::format("nothing is sent to it; last webhook at {}, {} ago",
                                        to_rfc3339(*last_webhook), age(*last_webhook, now))
                          : "nothing is sent to it, and no webhook of it came lately"};
  if (report.is_probed || report.connection.reached)
    out.detail +=
        fmt::format("; {} failures in a row; {}", report.failures, seen(report.connection, now));
  return out;
}

/// One that is sent to.
ConnectorHealth sending_health(const domain::ConnectorReport& report, Timestamp now) {
  const bool answers = domain::word_of(report.connection, now) == ConnectionWord::connected;
  return {answers ? "connected" : "unknown",
          fmt::format("{} deliveries open, {} requests out, {} failures in a row; {}", report.open,
                      report.requests_out, report.failures, seen(report.connection, now))};
}

/// By whom and why stands behind a login.
std::string describe_pause(const domain::Pause& pause) {
  return fmt::format("{} since {}{}{}", words_of(pause.of), to_rfc3339(pause.since),
                     pause.planned_end ? ", planned until " + to_rfc3339(*pause.planned_end) : "",
                     pause.hold_opt_outs ? "; opt-outs wait too" : "");
}

std::string describe_refusal(const domain::ConnectionEvidence& connection) {
  if (const auto* refusal = connection.refusal())
    return fmt::format("{} since {}: {}",
                       refusal->reason_code == Reason::payment_required ? "it wants to be paid"
                       : connection.token.refused                       ? "the key is refused"
                                                  : "the secret of forwarded bodies is refused",
                       to_rfc3339(*refusal->refused), named(refusal->reason_code));
  if (const auto& missing = connection.missing_right)
    return fmt::format("the key lacks a right since {}: {}", to_rfc3339(missing->since),
                       named(missing->reason_code));
  return {};
}

} // namespace

ConnectorHealth connector_health(const domain::ConnectorReport& report, Timestamp now,
                                 std::optional<Timestamp> last_webhook) {
  auto out =
      report.receives ? sending_health(report, now) : listening_health(report, last_webhook, now);
  const auto worse = [&](std::string_view status, const std::string& why) {
    if (out.status != "disconnected")
      out.status = status;
    out.detail += "; " + why;
  };
  if (report.failures > 0)
    worse(report.failures < failures_until_disconnected ? "degraded" : "disconnected",
          "the last one " + named(report.connection.failure));
  if (const auto refusal = describe_refusal(report.connection); !refusal.empty())
    worse("degraded", refusal);
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
    worse("degraded", describe_pause(*report.pause));
  if (report.percent < 100)
    worse("degraded", fmt::format("sending goes on at {} %", report.percent));
  // Where its answers tell nothing of the key, only somebody who sends can show that it is taken.
  out.is_overdue = out.status == "unknown" && report.is_probed
                   && (report.judges_probes || !domain::is_reached(report.connection, now));
  return out;
}

} // namespace tidemark::app
