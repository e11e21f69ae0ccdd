#include "gateway/operations/alerts.hpp"

#include "gateway/api/json.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/operations/alert_rules.hpp"
#include "gateway/operations/routes.hpp"

#include <algorithm>
#include <map>

namespace tidemark::gateway {
namespace {

namespace are = alert_rules;

/// In the order in which they are shown.
constexpr std::string_view rules[] = {
    are::not_stored,    are::not_confirmed,      are::needs_hand,     are::import_open,
    are::violated,      are::unreadable,         are::review_waiting, are::timed_out,
    "reconnect_needed", "credential_refused",    "circuit_open",      "daily_limit_reached",
    "connector_paused", "token_renewal_failing", are::silent,         are::many_errors,
    are::slow_answers,  are::pool_exhausted,     are::backlog,        are::overdue,
    are::dead,          are::list_missing,       are::fields_differ,  are::unknown_kind,
    are::memory_high,   are::disk_low,           are::backup_overdue, are::receiver_failing};

Json resolved_json(const ResolvedAlert& alert) {
  return {{"rule", alert.rule},
          {"severity", alert.severity},
          {"since", to_rfc3339(alert.since)},
          {"resolved_at", to_rfc3339(alert.resolved_at)},
          {"text", alert.text},
          {"subject", alert.subject}};
}

/// The newest first.
Result<Json> list_resolved(const ApiContext& api) {
  std::vector<KeyedItem> items;
  if (api.ports.alerts)
    for (const auto& one : api.ports.alerts->resolved(api.tenant()))
      items.push_back({sortable(items.size()), resolved_json(one)});
  return paged(api, std::move(items));
}

Result<Json> list_alerts(const ApiContext& api) {
  const auto state = api.param("state");
  if (state == "resolved")
    return list_resolved(api);
  if (!state.empty() && state != "active")
    return Error{"bad_state", "state is active or resolved"};
  TRY(active, shown_alerts(api));
  std::vector<KeyedItem> items;
  for (const auto& one : active) {
    const auto rank = std::find(std::begin(rules), std::end(rules), one.rule) - std::begin(rules);
    items.push_back(
        {sortable(static_cast<std::uint64_t>(rank)) + to_rfc3339(one.since) + ' ' + one.subject,
         alert_json(one)});
  }
  return paged(api, std::move(items));
}

constexpr Route alert_rows[] = {{"alerts", "GET", "/api/v1/alerts", Right::read, list_alerts,
                                 &list_of<alert_schema>, "limit after state"}};

} // namespace

Result<std::vector<Alert>> active_alerts(const AlertSources& sources) {
  are::Alerts out;
  for (const auto add :
       {are::add_not_stored, are::add_not_confirmed, are::add_needs_hand, are::add_imports,
        are::add_violations, are::add_unreadable, are::add_reviews, are::add_of_connectors,
        are::add_silences, are::add_backlogs, are::add_overdue, are::add_dead, are::add_parked,
        are::add_missing_lists, are::add_custom_fields, are::add_unknown_kinds, are::add_measures,
        are::add_backup, are::add_receivers}) {
    TRYV(add(out, sources));
  }
  return out;
}

Result<std::vector<Alert>> shown_alerts(const ApiContext& api) {
  TRY(active, active_alerts(alert_sources(api.scan, api.ports, api.options, api.tenant())));
  for (auto& one : active)
    if (api.ports.alerts)
      one.since = std::min(
          one.since,
          api.ports.alerts->since(api.tenant(), one.rule, one.subject).value_or(one.since));
  return active;
}

AlertSources alert_sources(const projections::Scan& scan, const GatewayPorts& ports,
                           const GatewayOptions& options, const TenantId& tenant) {
  return {scan,
          ports.health,
          tenant,
          ports.clock.now(),
          ports.configuration ? ports.configuration->thresholds() : options.alerts,
          ports.receivers ? ports.receivers->receivers() : std::vector<ReceiverReport>()};
}

Json alert_json(const Alert& alert) {
  return {
      {"rule", alert.rule},     {"severity", alert.severity}, {"since", to_rfc3339(alert.since)},
      {"resolved_at", nullptr}, {"text", alert.text},         {"subject", alert.subject}};
}

std::string alert_metrics(const ApiContext& api) {
  std::map<std::string_view, std::size_t> active; // of each rule, also when there is none
  for (const auto rule : rules)
    active[rule] = 0;
  for (const auto& tenant : api.options.tenants) {
    const auto alerts = active_alerts(alert_sources(api.scan, api.ports, api.options, tenant));
    if (!alerts)
      return {}; // an absent series is seen; a wrong zero is not
    for (const auto& alert : *alerts)
      ++active[alert.rule];
  }
  std::string out = "# HELP tidemark_alert_active Alerts that are active now.\n"
                    "# TYPE tidemark_alert_active gauge\n";
  for (const auto& [rule, count] : active)
    out +=
        "tidemark_alert_active{rule=\"" + std::string(rule) + "\"} " + std::to_string(count) + "\n";
  if (!api.ports.receivers)
    return out;
  out += "# HELP tidemark_alert_receiver_pending Alerts that a receiver has not been told.\n"
         "# TYPE tidemark_alert_receiver_pending gauge\n";
  const auto receivers = api.ports.receivers->receivers();
  for (const auto& one : receivers)
    out += "tidemark_alert_receiver_pending{receiver=\"" + one.name + "\"} "
           + std::to_string(one.pending) + "\n";
  out += "# HELP tidemark_alert_receiver_failing 1 while a receiver takes no alerts.\n"
         "# TYPE tidemark_alert_receiver_failing gauge\n";
  for (const auto& one : receivers)
    out += "tidemark_alert_receiver_failing{receiver=\"" + one.name + "\"} "
           + (one.failing_since ? "1\n" : "0\n");
  return out;
}

constinit const Routes alert_routes = alert_rows;

} // namespace tidemark::gateway
