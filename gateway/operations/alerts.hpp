#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/schema.hpp"

namespace tidemark::gateway {

/// Something that somebody has to look at now.
struct Alert {
  /// One of those in docs/alerts.md.
  std::string_view rule;
  std::string_view severity;
  Timestamp since;
  std::string text; ///< no personal data
  /// What tells it from others of its rule: the delivery, the event with the message, the webhook's
  /// position, the review, the connector, the connector and its list, or "inputs".
  std::string subject;
};

/// Where alerts come from.
struct AlertSources {
  const projections::Scan& scan;
  const HealthPort& health;
  const TenantId& tenant;
  Timestamp now;
  AlertThresholds thresholds{};
  std::vector<ReceiverReport> receivers{};
};

/// Alerts of a tenant that are active at `now`: opt-outs that a system has not confirmed within two
/// minutes (requirement O6), whatever the reason; marks that people have to set by hand; messages
/// that reached a closed address, for a week after they were noticed (requirement O15); opt-outs of
/// which nobody can tell whose they are, for 16 days (requirement O19); possible opt-outs that wait
/// for a person for two minutes; what holds connectors back; webhooks that have stopped; what waits
/// in numbers and what was given up (requirement H14); commands that waited too long for their
/// contact (requirement C18); lists that a system does not have (requirement M9); receivers of
/// alerts that take none.
Result<std::vector<Alert>> active_alerts(const AlertSources& sources);

/// The same for a reader: one that came back within five minutes counts from when it first came.
Result<std::vector<Alert>> shown_alerts(const ApiContext& api);
AlertSources alert_sources(const projections::Scan& scan, const GatewayPorts& ports,
                           const GatewayOptions& options, const TenantId& tenant);

/// An alert as the API shows it (docs/api.md).
Json alert_json(const Alert& alert);
inline constexpr Schema alert_schema{
    "alert",
    {{text("rule"), text("severity"), time("since"), nullable(time("resolved_at")), text("text"),
      text("subject")}}};

/// `tidemark_alert_active{rule}` for /metrics: how many are active, over all tenants.
std::string alert_metrics(const ApiContext& api);

} // namespace tidemark::gateway
