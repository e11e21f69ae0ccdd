#pragma once
#include "gateway/ports.hpp"

#include <string>
#include <vector>

namespace tidemark::app {

/// What /metrics says of how long everything takes: of each tenant and of each system that is
/// written to.
std::string flow_metrics(const std::map<TenantId, gateway::Throughput>& flows,
                         const std::vector<domain::ConnectorReport>& reports);

} // namespace tidemark::app
