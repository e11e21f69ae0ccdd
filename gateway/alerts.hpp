#pragma once
#include "gateway/ports.hpp"
#include "projections/views.hpp"

#include <nlohmann/json_fwd.hpp>

namespace tidemark::gateway {

/// Something that somebody has to look at now.
struct Alert {
  /// opt_out_not_confirmed, opt_out_violation, opt_out_unreadable, parked_timed_out, list_missing,
  /// or one of connector_alerts()
  std::string_view rule;
  std::string_view severity;
  Timestamp since;
  std::string text; ///< no personal data
  /// The delivery, the event with the message, the webhook's position, or the connector.
  std::string subject;
};

/// Alerts of a tenant that are active at `now`: opt-outs that a system has not confirmed within two
/// minutes (mission O6), whatever the reason; messages that reached a closed address, for a week
/// after they were noticed (O15); opt-outs of which nobody can tell whose they are, for 16 days
/// (O19); commands that waited too long for their contact (C18); lists that a system does not have
/// (M9); and what holds connectors back.
Result<std::vector<Alert>> active_alerts(const projections::Scan& scan, const HealthPort& health,
                                         const TenantId& tenant, Timestamp now);

/// An alert as the API shows it (shapes.md).
nlohmann::ordered_json alert_json(const Alert& alert);

/// `tidemark_alert_active{rule}` for /metrics: how many are active, over all tenants.
std::string alert_metrics(const GatewayOptions& options, const GatewayPorts& ports);

} // namespace tidemark::gateway
