#pragma once
#include "actors/token_keeper.hpp"
#include "gateway/ports.hpp"
#include "storage/control_server.hpp"

namespace tidemark::app {

/// Connects accounts for `tidemark connect`; both arguments must outlive it.
storage::ConnectDesk make_connect_desk(const gateway::GatewayOptions& options,
                                       actors::TokenKeeper& keeper);

} // namespace tidemark::app
