#pragma once
#include "events/consent.hpp"
#include "gateway/ports.hpp"

#include <string>

namespace tidemark::gateway {

/// What a request about consent leads to, as JSON: channel to `change` (revoked, granted, ignored,
/// no_change) and, where it has no effect, `reason_code` and `text`. Decided as the engine will
/// decide it, by what stands against the address now; what is said in between counts too.
Result<std::string> preview_of(const GatewayPorts& ports, const TenantId& tenant,
                               const events::ConsentRequested& request);

} // namespace tidemark::gateway
