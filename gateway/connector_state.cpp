#include "gateway/connector_state.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tidemark::gateway {
namespace {

using Json = nlohmann::ordered_json;
using domain::AccountState;
using domain::ConnectorReport;

Json time_json(const std::optional<Timestamp>& time) {
  return time ? Json(to_rfc3339(*time)) : Json();
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json pause_json(const std::optional<domain::Pause>& pause) {
  if (!pause)
    return {};
  return {{"since", to_rfc3339(pause->since)},
          {"by", pause->by},
          {"reason", pause->reason},
          {"hold_opt_outs", pause->hold_opt_outs},
          {"position", pause->position.value}};
}

Json circuit_json(const ConnectorReport& report) {
  const bool closed = report.circuit == domain::CircuitState::closed;
  return {{"state", name_of(report.circuit)},
          {"since", closed ? Json() : Json(to_rfc3339(report.circuit_since))},
          {"probe_at", time_json(report.probe_at)},
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
           {"resets_at", time_json(stated.day_resets)},
           {"used_up", budget.day_used_up}};
  return {{"requests_per_second", budget.per_second},
          {"burst", budget.burst},
          {"window", std::move(window)},
          {"day", std::move(day)},
          {"waits_until", time_json(budget.until)}};
}

Json account_json(const std::optional<domain::AccountStatus>& account) {
  if (!account)
    return {};
  return {{"state", name_of(account->state)},
          {"key_id", account->key_id},
          {"expires_at", time_json(account->expires_at)},
          {"reason_code", account->reason_code},
          {"since", to_rfc3339(account->since)}};
}

Json age_json(const ConnectorReport& report, Timestamp now) {
  if (!report.oldest)
    return {};
  const auto age = std::chrono::duration<double>(now - *report.oldest).count();
  return std::max(0.0, std::round(age * 1000) / 1000);
}

} // namespace

Json connector_state(const ConnectorReport& report, Timestamp now) {
  return {{"paused", pause_json(report.pause)},
          {"circuit", circuit_json(report)},
          {"limits", limits_json(report.budget)},
          {"account", account_json(report.account)},
          {"deliveries",
           {{"open", report.open},
            {"opt_outs_open", report.open_opt_outs},
            {"oldest_age_seconds", age_json(report, now)},
            {"requests_out", report.requests_out}}}};
}

Json queue_json(const ConnectorReport& report, Timestamp now) {
  return {{"name", "delivery/" + report.connector.value},
          {"connector", report.connector.value},
          {"depth", report.open},
          {"oldest_age_seconds", age_json(report, now)},
          {"rate_in", report.rate_in},
          {"rate_out", report.rate_out}};
}

std::vector<Alert> connector_alerts(const ConnectorReport& report) {
  std::vector<Alert> out;
  const auto& name = report.connector.value;
  if (const auto& account = report.account; account
                                            && (account->state == AccountState::reconnect_needed
                                                || account->state == AccountState::not_connected)) {
    const bool lost = account->state == AccountState::reconnect_needed;
    out.push_back({"reconnect_needed", "critical", account->since,
                   name
                       + (lost ? " does not take our refresh token any more: "
                               : " has not been connected yet: ")
                       + "deliveries wait until somebody runs tidemark connect " + name,
                   name});
  }
  if (report.circuit != domain::CircuitState::closed)
    out.push_back({"circuit_open", "critical", report.circuit_since,
                   name + " fails: deliveries wait, and a probe looks whether it answers again",
                   name});
  if (report.budget.day_used_up && report.budget.until)
    out.push_back({"daily_limit_reached", "warning",
                   report.budget.day_since.value_or(*report.budget.until),
                   name + " takes no more today: deliveries but opt-outs wait until "
                       + to_rfc3339(*report.budget.until),
                   name});
  if (report.pause)
    out.push_back({"connector_paused", report.pause->hold_opt_outs ? "critical" : "warning",
                   report.pause->since,
                   name + " is paused by " + report.pause->by
                       + (report.pause->hold_opt_outs ? ": opt-outs wait too"
                                                      : ": opt-outs go out, the rest waits"),
                   name});
  return out;
}

} // namespace tidemark::gateway
