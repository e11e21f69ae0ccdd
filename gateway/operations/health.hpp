#pragma once
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

#include <nlohmann/json_fwd.hpp>

namespace tidemark::gateway {

/// `{"status","version","loopback_http_allowed","services"}` (docs/api.md).
nlohmann::ordered_json health_json(const GatewayOptions& options, const GatewayPorts& ports);

/// `/health` and what is below it (docs/api.md). `/health/ready` is 200 as long as webhooks can be
/// accepted, whatever the vendors do; `/health/live` as long as the process answers.
Answer health_answer(const ApiRequest& request, const GatewayOptions& options,
                     const GatewayPorts& ports);

} // namespace tidemark::gateway
