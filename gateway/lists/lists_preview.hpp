#pragma once
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"
#include "projections/table/scan.hpp"

namespace tidemark::gateway {

/// What a rebuild of the lists at `connector` would ask for, decided as if it were asked now and
/// recorded nowhere: `POST /api/v1/lists/{connector}/rebuild` with `{"dry_run": true}`. A page of
/// contacts at a time, `after` and `limit` (200 at most) as for lists. `scan` reads the tables.
Answer preview_rebuild(const GatewayOptions& options, const GatewayPorts& ports,
                       const Caller& caller, const ApiRequest& request,
                       const ConnectorName& connector, const projections::Scan& scan);

} // namespace tidemark::gateway
