#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/schema.hpp"

namespace tidemark::gateway {

/// What a rebuild of the lists at `connector` would ask for, decided as if it were asked now and
/// recorded nowhere. A page of contacts at a time, `after` and `limit` (200 at most) as for lists.
Result<Json> preview_rebuild(const ApiContext& api, const ConnectorName& connector);

} // namespace tidemark::gateway
