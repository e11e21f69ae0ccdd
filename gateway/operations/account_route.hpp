#pragma once
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// `{"connector","code"}`: an account is connected by an authorisation code, or without one says
/// where to get it. `{"text"}` for people.
Answer connect_account(const GatewayPorts& ports, const Caller& caller, const ApiRequest& request);

} // namespace tidemark::gateway
