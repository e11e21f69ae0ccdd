#pragma once
#include "domain/delivery/connector_report.hpp"
#include "gateway/operations/alerts.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

/// One connector's state for the API, `tidemark status` and alerts. No personal data, no secret.
namespace tidemark::gateway {

/// `paused, circuit, limits, account, deliveries` as members to add to a connector's object.
nlohmann::ordered_json connector_state(const domain::ConnectorReport& report, Timestamp now);

/// `{name, connector, depth, oldest_age_seconds, rate_in, rate_out}` (docs/api.md).
nlohmann::ordered_json queue_json(const domain::ConnectorReport& report, Timestamp now);

/// circuit_open, reconnect_needed, daily_limit_reached, connector_paused.
std::vector<Alert> connector_alerts(const domain::ConnectorReport& report, Timestamp now);

} // namespace tidemark::gateway
