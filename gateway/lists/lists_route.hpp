#pragma once
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// `POST /api/v1/lists/{connector}/rebuild`: asks that the lists of every known contact be put
/// right at the system (requirement M10). Records only; the engine decides and sends. With
/// `{"dry_run": true}` it records nothing: see lists_preview.hpp.
Answer rebuild_lists(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
                     const ApiRequest& request);

} // namespace tidemark::gateway
