#pragma once
#include "events/connector.hpp"
#include "gateway/api/context.hpp"

namespace tidemark::gateway {

/// `until` of a body: when a pause, stop or outage is planned to end; nothing where it is left out.
/// Error: bad_until, also for a time that is over.
Result<std::optional<events::PlannedEnd>> planned_end_in(const ApiContext& api, const Body& body);

} // namespace tidemark::gateway
