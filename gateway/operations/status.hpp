#pragma once
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// Health, connectors, queues and alerts of a tenant in one JSON object: `tidemark status`. Errors:
/// those of the tables.
Result<std::string> status_text(const GatewayOptions& options, const GatewayPorts& ports,
                                const TenantId& tenant);

} // namespace tidemark::gateway
