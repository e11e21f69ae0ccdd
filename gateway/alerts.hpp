#pragma once
#include "gateway/ports.hpp"
#include "projections/views.hpp"

#include <nlohmann/json_fwd.hpp>

namespace tidemark::gateway {

/// Something that somebody has to look at now.
struct Alert {
  std::string_view rule; ///< opt_out_not_confirmed, opt_out_violation, or one of connector_alerts()
  std::string_view severity;
  Timestamp since;
  std::string text;    ///< no personal data
  std::string subject; ///< the delivery, the event with the message, or the connector
};

/// Alerts of a tenant that are active at `now`: opt-outs that a system has not confirmed within two
/// minutes (mission O6), whatever the reason; messages that reached a closed address, for a week
/// after they were noticed (O15); and what holds connectors back.
Result<std::vector<Alert>> active_alerts(const projections::Scan& scan, const HealthPort& health,
                                         const TenantId& tenant, Timestamp now);

/// An alert as the API shows it (shapes.md).
nlohmann::ordered_json alert_json(const Alert& alert);

/// `tidemark_alert_active{rule}` for /metrics: how many are active, over all tenants.
std::string alert_metrics(const GatewayOptions& options, const GatewayPorts& ports);

} // namespace tidemark::gateway
