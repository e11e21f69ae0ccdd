#pragma once
#include "domain/delivery/connector_report.hpp"

#include <optional>
#include <string>

namespace tidemark::app {

/// What /health says about a connector: connected, unknown, degraded or disconnected, and why.
struct ConnectorHealth {
  std::string status;
  std::string detail;
  bool is_overdue = false; ///< see gateway::ServiceHealth
};
/// `last_webhook` of it, as far as it is known.
ConnectorHealth connector_health(const domain::ConnectorReport& report, Timestamp now,
                                 std::optional<Timestamp> last_webhook = {});

} // namespace tidemark::app
