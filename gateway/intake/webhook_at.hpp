#pragma once
#include "gateway/api/context.hpp"

namespace tidemark::gateway {

Error no_webhook();
/// The webhook there; of a request to read one again, that one. Errors: no_webhook, reading.
Result<events::StoredEvent> webhook_at(const ApiContext& api, Position position);
/// That which the path's `position` names. Error: bad_position too.
Result<events::StoredEvent> named_webhook(const ApiContext& api);

} // namespace tidemark::gateway
