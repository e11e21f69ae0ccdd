#pragma once
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// `{"connector","kind","dry_run"}`, kind `backfill` or `reconcile`: records the request for a run
/// over a system's list. `{"position"}` of the run, or of the one that is under way: each system
/// has one at a time.
Answer request_backfill(const GatewayOptions& options, const GatewayPorts& ports,
                        const Caller& caller, const ApiRequest& request);

} // namespace tidemark::gateway
