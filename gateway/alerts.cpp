#include "gateway/alerts.hpp"

#include "projections/opt_out_deadlines.hpp"

namespace tidemark::gateway {
namespace {

constexpr std::string_view not_confirmed = "opt_out_not_confirmed";
/// More are not worth a list: something is wrong with a whole system then.
constexpr std::size_t alerts_max = 1000;

} // namespace

Result<std::vector<Alert>> active_alerts(const projections::Scan& scan, const TenantId& tenant,
                                         Timestamp now) {
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
  return out;
}

std::string alert_metrics(const GatewayOptions& options, const GatewayPorts& ports) {
  const projections::Scan scan = [&](std::string_view table, std::string_view prefix,
                                     std::string_view after, const projections::RowVisitor& row) {
    return ports.tables.scan(table, prefix, after, row);
  };
  std::size_t active = 0;
  for (const auto& tenant : options.tenants) {
    const auto alerts = active_alerts(scan, tenant, ports.clock.now());
    if (!alerts)
      return {}; // an absent series is seen; a wrong zero is not
    active += alerts->size();
  }
  std::string out = "# HELP tidemark_alert_active Alerts that are active now.\n"
                    "# TYPE tidemark_alert_active gauge\n";
  return out + "tidemark_alert_active{rule=\"" + std::string(not_confirmed) + "\"} "
         + std::to_string(active) + "\n";
}

} // namespace tidemark::gateway
