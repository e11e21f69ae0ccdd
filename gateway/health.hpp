#pragma once
#include "gateway/api.hpp"

namespace tidemark::gateway {

/// `/health` and what is below it (interface.md). `/health/ready` is 200 as long as webhooks can be
/// accepted, whatever the vendors do; `/health/live` as long as the process answers.
Answer health_answer(const ApiRequest& request, const GatewayOptions& options,
                     const GatewayPorts& ports);

} // namespace tidemark::gateway
