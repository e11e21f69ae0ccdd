#include "gateway/operations/connector_state.hpp"

#include "events/format/next_step.hpp"
#include "events/format/reason.hpp"
#include "gateway/api/json.hpp"

#include <cmath>
#include <numeric>

namespace tidemark::gateway {
namespace {

using domain::AccountState;
using domain::ConnectorReport;

Json pause_json(const std::optional<domain::Pause>& pause) {
  if (!pause)
    return {};
  return {{"since", to_rfc3339(pause->since)}, {"by", pause->by},
          {"reason", pause->reason},           {"hold_opt_outs", pause->hold_opt_outs},
          {"position", pause->position.value}, {"planned_end", or_null(pause->planned_end)},
          {"of", name_of(pause->of)}};
}

Json circuit_json(const ConnectorReport& report) {
  const bool closed = report.circuit == domain::CircuitState::closed;
  return {{"state", name_of(report.circuit)},
          {"since", closed ? Json() : Json(to_rfc3339(report.circuit_since))},
          {"probe_at", or_null(report.probe_at)},
          {"failures_in_row", report.failures}};
}

Json limits_json(const domain::BudgetStatus& budget) {
  const auto& stated = budget.stated;
  Json window, day;
  if (stated.limit)
    window = {{"limit", *stated.limit},
              {"remaining", budget.left},
              {"milliseconds", stated.window.count()}};
  if (stated.day_remaining)
    day = {{"limit", or_null(stated.day_limit)},
           {"remaining", budget.day_left},
           {"resets_at", or_null(stated.day_resets)},
           {"used_up", budget.day_used_up}};
  return {{"requests_per_second", budget.per_second},
          {"burst", budget.burst},
          {"window", std::move(window)},
          {"day", std::move(day)},
          {"waits_until", or_null(budget.until)}};
}

Json account_json(const std::optional<domain::AccountStatus>& account) {
  if (!account)
    return {};
  return {{"state", name_of(account->state)},
          {"key_id", account->key_id},
          {"expires_at", or_null(account->expires_at)},
          {"reason_code", account->reason_code},
          {"since", to_rfc3339(account->since)}};
}

Json last_error_json(const std::optional<domain::LastError>& error) {
  if (!error)
    return {};
  return {{"at", to_rfc3339(error->at)},
          {"reason_code", name_of(error->reason_code)},
          {"http_status", error->http_status},
          {"text", explain_reason(error->reason_code).text}};
}

/// How many took longer than a second, or a fortieth more.
std::uint64_t over_a_second(const domain::RequestCounts& counts) {
  constexpr std::size_t of_a_second = 80; // ends at 2^10 milliseconds
  return std::accumulate(counts.took.begin() + of_a_second + 1, counts.took.end(),
                         std::uint64_t{0});
}

/// Since this part of the engine was started.
Json operations_json(const domain::OperationCounts& operations) {
  constexpr double slow_share = 0.95;
  Json out = Json::array();
  for (const auto& [name, counts] : operations.by_name)
    out.push_back({{"name", name},
                   {"requests", counts.ended},
                   {"failed", counts.failed},
                   {"average_ms", counts.ended == 0 ? 0 : counts.milliseconds / counts.ended},
                   {"p95_ms", counts.quantile(slow_share).count()},
                   {"over_1_s", over_a_second(counts)}});
  return out;
}

Json age_json(const ConnectorReport& report, Timestamp now) {
  if (!report.oldest)
    return {};
  const auto age = std::chrono::duration<double>(now - *report.oldest).count();
  return std::max(0.0, std::round(age * 1000) / 1000);
}

/// For so long a token that was refused may be renewed without anybody hearing of it.
constexpr std::chrono::minutes refused_lasts{1};

/// Why nothing goes out for want of a token.
std::optional<Alert> account_alert(const domain::AccountStatus& account, const std::string& name,
                                   Timestamp now, std::chrono::seconds renewal) {
  const auto alert = [&](Timestamp since, const std::string& text) {
    return Alert{"reconnect_needed", "critical", since, name + text, name};
  };
  const auto until_connected =
      ": deliveries and lists wait until somebody runs tidemark connect " + name;
  switch (account.state) {
  case AccountState::reconnect_needed:
    return alert(account.since, " does not take our refresh token any more" + until_connected);
  case AccountState::not_connected:
    return alert(account.since, " has not been connected yet" + until_connected);
  case AccountState::failing: {
    const bool ended = account.expires_at && *account.expires_at <= now;
    if (ended || (!account.usable && now - account.since >= refused_lasts))
      return alert(ended ? std::max(*account.expires_at, account.since) : account.since,
                   " has no token that may be used, and its renewal fails (" + account.reason_code
                       + "): deliveries and lists wait; it is tried again by itself, "
                         "tidemark connect "
                       + name + " may mend it sooner");
    if (renewal.count() > 0 && now - account.since >= renewal)
      return Alert{"token_renewal_failing", "warning", account.since,
                   name + " has not given a new token yet (" + account.reason_code
                       + "): nothing waits as long as the old one holds; it is tried again by "
                         "itself, tidemark connect "
                       + name + " may mend it sooner",
                   name};
    return std::nullopt;
  }
  case AccountState::connected:
  case AccountState::renewing:
    break;
  }
  return std::nullopt;
}

/// What the key does not get, with what to do about it.
std::optional<Alert> credential_alert(const domain::ConnectionEvidence& connection,
                                      const std::string& name) {
  const auto said = [&](Reason reason) {
    const auto explained = explain_reason(reason);
    return " (" + std::string(name_of(reason)) + "): " + std::string(explained.text) + " "
           + next_step_for(reason, {{}, {}, name});
  };
  if (const auto* refusal = connection.refusal())
    return Alert{"credential_refused", "critical", *refusal->refused,
                 name
                     + (refusal->reason_code == Reason::payment_required ? " wants to be paid"
                        : connection.token.refused                       ? " refuses our key"
                                                   : " refuses the secret of forwarded bodies")
                     + said(refusal->reason_code)
                     + " Deliveries wait until then, but texts are given up after twenty attempts.",
                 name};
  if (const auto& missing = connection.missing_right)
    return Alert{"credential_refused", "warning", missing->since,
                 name + " refuses what our key may not do" + said(missing->reason_code), name};
  return std::nullopt;
}

/// Critical too once its planned end is over: somebody has forgotten it.
Alert pause_alert(const domain::Pause& pause, const std::string& name, Timestamp now) {
  const bool over = pause.planned_end && *pause.planned_end <= now;
  auto text =
      pause.of == domain::PauseOf::connector
          ? name + " is paused by " + pause.by
          : std::string(words_of(pause.of)) + ", and so what goes to " + name + ", by " + pause.by;
  text += pause.hold_opt_outs ? ": opt-outs wait too" : ": opt-outs go out, the rest waits";
  if (pause.planned_end)
    text += (over ? "; its planned end is over since " : "; planned until ")
            + to_rfc3339(*pause.planned_end);
  return {"connector_paused", pause.hold_opt_outs || over ? "critical" : "warning", pause.since,
          std::move(text), name};
}

} // namespace

Json connector_state(const ConnectorReport& report, Timestamp now) {
  const auto& connection = report.connection;
  return {{"last_success", or_null(connection.last_success)},
          {"last_error", last_error_json(connection.last_error)},
          {"paused", pause_json(report.pause)},
          {"sending_percent", report.percent},
          {"circuit", circuit_json(report)},
          {"limits", limits_json(report.budget)},
          {"account", account_json(report.account)},
          {"operations", operations_json(report.operations)},
          {"deliveries",
           {{"open", report.open},
            {"opt_outs_open", report.open_opt_outs},
            {"oldest_age_seconds", age_json(report, now)},
            {"requests_out", report.requests_out}}}};
}

std::vector<Alert> connector_alerts(const ConnectorReport& report, Timestamp now,
                                    std::chrono::seconds renewal) {
  std::vector<Alert> out;
  const auto& name = report.connector.value;
  if (report.account)
    if (auto alert = account_alert(*report.account, name, now, renewal))
      out.push_back(*std::move(alert));
  if (auto alert = credential_alert(report.connection, name))
    out.push_back(*std::move(alert));
  if (report.circuit != domain::CircuitState::closed)
    out.push_back({"circuit_open", "critical", report.circuit_since,
                   name + " fails: deliveries wait, and a probe looks whether it answers again",
                   name});
  if (report.budget.day_used_up && report.budget.until)
    out.push_back({"daily_limit_reached", "warning", report.budget.day_since.value_or(now),
                   name + " takes no more today: deliveries but opt-outs wait until "
                       + to_rfc3339(*report.budget.until),
                   name});
  if (report.pause)
    out.push_back(pause_alert(*report.pause, name, now));
  return out;
}

} // namespace tidemark::gateway
