#pragma once
#include "events/connector.hpp"
#include "gateway/api/context.hpp"

/// What pausing a connector and stopping all sending have in common.
namespace tidemark::gateway {

/// `until` of a body: when a pause or stop is planned to end; nothing where it is left out. Error:
/// bad_until, also for a time that is over.
Result<std::optional<events::PlannedEnd>> planned_end_in(const ApiContext& api, const Body& body);

/// `percent` of a body: how much goes on, 100 where it is left out. Error: bad_percent.
Result<std::uint32_t> percent_in(const Body& body);

/// `held_by`: who holds opt-outs back so far, "" nobody; `hold`: is it asked for again? Error:
/// opt_outs_are_held where they would begin to leave without a resume.
Status keeps_opt_outs_held(const std::string& held_by, bool hold);

} // namespace tidemark::gateway
