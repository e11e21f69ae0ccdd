#pragma once
#include "gateway/ports.hpp"
#include "projections/views.hpp"

namespace tidemark::gateway {

/// Something that somebody has to look at now.
struct Alert {
  std::string_view rule; ///< opt_out_not_confirmed, opt_out_violation
  std::string_view severity;
  Timestamp since;
  std::string text;    ///< no personal data
  std::string subject; ///< the delivery that waits, or the event with the message
};

/// Alerts of a tenant that are active at `now`: opt-outs that a system has not confirmed within two
/// minutes (mission O6), whatever the reason; and messages that reached a closed address, for a
/// week after they were noticed (O15).
Result<std::vector<Alert>> active_alerts(const projections::Scan& scan, const TenantId& tenant,
                                         Timestamp now);

/// `tidemark_alert_active{rule}` for /metrics: how many are active, over all tenants.
std::string alert_metrics(const GatewayOptions& options, const GatewayPorts& ports);

} // namespace tidemark::gateway
