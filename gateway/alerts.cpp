#include "gateway/alerts.hpp"

#include "domain/unreadable_opt_out.hpp"
#include "gateway/connector_state.hpp"
#include "gateway/table_scan.hpp"
#include "projections/lists.hpp"
#include "projections/opt_out_deadlines.hpp"
#include "projections/opt_out_watch_view.hpp"
#include "projections/parked_view.hpp"
#include "projections/unreadable_opt_out_view.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <map>

namespace tidemark::gateway {
namespace {

constexpr std::string_view list_missing = "list_missing";
constexpr std::string_view not_confirmed = "opt_out_not_confirmed";
constexpr std::string_view violated = "opt_out_violation";
/// A violation stays an alert for so long; the audit shows it for ever.
constexpr std::chrono::days violation_shown{7};
constexpr std::string_view timed_out = "parked_timed_out";
constexpr std::string_view unreadable = domain::unreadable_opt_out_code;
/// As long as the law gives for an opt-out (ten business days); it stays in quarantine for ever.
constexpr std::chrono::days unreadable_shown{16};
constexpr std::array<std::string_view, 9> rules{not_confirmed,
                                                violated,
                                                unreadable,
                                                timed_out,
                                                "circuit_open",
                                                "reconnect_needed",
                                                "daily_limit_reached",
                                                "connector_paused",
                                                list_missing};
/// More are not worth a list: something is wrong with a whole system then.
constexpr std::size_t alerts_max = 1000;

} // namespace

Result<std::vector<Alert>> active_alerts(const projections::Scan& scan, const HealthPort& health,
                                         const TenantId& tenant, Timestamp now) {
  const auto open = projections::open_opt_outs(scan, tenant, alerts_max);
  if (!open)
    return open.error();
  std::vector<Alert> out;
  for (const auto& each : *open)
    if (const auto since = each.since + projections::confirmation_time; since < now)
      out.push_back({not_confirmed, "critical", since,
                     each.target.value + " has not confirmed an opt-out; explain the delivery "
                         + each.delivery.value + " to see why",
                     each.delivery.value});
  const auto violations = projections::told_violations(scan, tenant);
  if (!violations)
    return violations.error();
  for (const auto& each : *violations)
    if (now - each.told < violation_shown && out.size() < 2 * alerts_max)
      out.push_back({violated, "critical", each.told,
                     each.connector.value + " sent a message, event "
                         + std::to_string(each.message.value) + ", after the opt-out in event "
                         + std::to_string(each.opt_out.value)
                         + "; tidemark audit opt-outs shows it",
                     std::to_string(each.message.value)});
  const auto unread = projections::unreadable_opt_outs(scan, tenant, alerts_max);
  if (!unread)
    return unread.error();
  for (const auto& each : *unread)
    if (now - each.since < unreadable_shown)
      out.push_back(
          {unreadable, "critical", each.since,
           "webhook " + std::to_string(each.webhook.value) + " from " + each.connector.value
               + " may be an opt-out, and whose cannot be read; read it with tidemark log "
                 "show "
               + std::to_string(each.webhook.value)
               + " --with-bodies, then close the address with POST /api/v1/opt-outs",
           std::to_string(each.webhook.value)});
  for (const auto& report : health.connectors())
    if (report.tenant == tenant)
      for (auto& alert : connector_alerts(report))
        out.push_back(std::move(alert));
  const auto dead = projections::parked_page(scan, tenant, true, {}, alerts_max);
  if (!dead)
    return dead.error();
  for (const auto& each : dead->items)
    out.push_back({timed_out, "warning", each.at,
                   "a call or message of webhook " + std::to_string(each.input.value)
                       + " has waited too long for its contact; add the contact, or release it to "
                         "one with POST /api/v1/webhooks/"
                       + std::to_string(each.input.value) + "/release",
                   std::to_string(each.input.value)});
  const auto missing = projections::missing_lists(scan, tenant, alerts_max);
  if (!missing)
    return missing.error();
  for (const auto& each : *missing)
    out.push_back({list_missing, "warning", each.since,
                   each.target.value + " has no list named \"" + each.list
                       + "\" and lets none be made by a call; make it there under exactly this "
                         "name, then POST /api/v1/lists/"
                       + each.target.value + "/rebuild (" + std::to_string(each.contacts)
                       + " contacts wait)",
                   each.delivery.value});
  return out;
}

nlohmann::ordered_json alert_json(const Alert& alert) {
  return {
      {"rule", alert.rule},     {"severity", alert.severity}, {"since", to_rfc3339(alert.since)},
      {"resolved_at", nullptr}, {"text", alert.text},         {"subject", alert.subject}};
}

std::string alert_metrics(const GatewayOptions& options, const GatewayPorts& ports) {
  const auto scan = scan_of(ports.tables);
  std::map<std::string_view, std::size_t> active; // of each rule, also when there is none
  for (const auto rule : rules)
    active[rule] = 0;
  for (const auto& tenant : options.tenants) {
    const auto alerts = active_alerts(scan, ports.health, tenant, ports.clock.now());
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
  return out;
}

} // namespace tidemark::gateway
