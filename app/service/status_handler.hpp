#pragma once
#include "gateway/ports.hpp"
#include "storage/remote/control_server.hpp"

namespace tidemark::app {

/// Tells `tidemark status` how it goes; both arguments must outlive it.
storage::StatusDesk make_status_desk(const gateway::GatewayOptions& options,
                                     const gateway::GatewayPorts& ports);

} // namespace tidemark::app
