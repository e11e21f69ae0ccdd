#pragma once
#include "domain/delivery/connector_report.hpp"
#include "domain/operations/flow_times.hpp"

#include <string>
#include <vector>

namespace tidemark::app {

/// What /metrics says of how long everything takes: of each tenant and of each system that is
/// written to.
std::string flow_metrics(const std::map<TenantId, domain::TenantFlow>& flows,
                         const std::vector<domain::ConnectorReport>& reports);

} // namespace tidemark::app
