#pragma once
#include "domain/delivery/connector_report.hpp"

#include <string>

namespace tidemark::app {

/// What /health says about a connector: connected, unknown, degraded or disconnected, and why.
struct ConnectorHealth {
  std::string status;
  std::string detail;
  bool is_overdue = false; ///< see gateway::ServiceHealth
};
ConnectorHealth connector_health(const domain::ConnectorReport& report, Timestamp now);

} // namespace tidemark::app
