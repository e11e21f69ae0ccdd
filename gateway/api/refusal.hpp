#pragma once
#include "gateway/api/context.hpp"
#include "gateway/http/answer.hpp"

namespace tidemark::gateway {

/// The answer to an error of a handler: its code decides the status, one table for all routes.
/// Other codes are faults inside, which stay inside (threat 29) but for programs of this machine.
Answer refusal(const ApiContext& api, const Error& error);

} // namespace tidemark::gateway
