#pragma once
#include "gateway/dispatch.hpp"

namespace tidemark::gateway {

/// Answers a request under `/api/v1` that did not come over HTTP: a tool's, through the service's
/// own socket, which only the service's user can open. `method` and `target` are those of HTTP.
Answer answer_locally(const GatewayOptions& options, const GatewayPorts& ports,
                      const Caller& caller, std::string method, std::string_view target,
                      std::string body);

} // namespace tidemark::gateway
