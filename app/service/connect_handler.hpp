#pragma once
#include "actors/connector/oauth_tokens.hpp"
#include "gateway/ports.hpp"
#include "storage/remote/control_server.hpp"

namespace tidemark::app {

/// Connects accounts for `tidemark connect`; both arguments must outlive it.
storage::ConnectDesk make_connect_desk(const gateway::GatewayOptions& options,
                                       actors::TokenKeeper& keeper);

} // namespace tidemark::app
