#pragma once
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// Health, connectors, queues and alerts of a tenant in one JSON object: `tidemark status`.
Answer status_answer(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
                     const ApiRequest& request);

} // namespace tidemark::gateway
