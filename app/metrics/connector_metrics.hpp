#pragma once
#include "domain/delivery/connector_report.hpp"

#include <string>
#include <vector>

namespace tidemark::app {

/// What /metrics says about each connector, in Prometheus text form.
std::string connector_metrics(const std::vector<domain::ConnectorReport>& reports, Timestamp now);

} // namespace tidemark::app
