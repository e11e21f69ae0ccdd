#pragma once
#include "gateway/ports.hpp"
#include "storage/remote/control_server.hpp"

namespace tidemark::app {

/// Answers tools' requests as the API would an operator's; both arguments must outlive it.
storage::ApiDesk make_api_desk(const gateway::GatewayOptions& options,
                               const gateway::GatewayPorts& ports);

} // namespace tidemark::app
