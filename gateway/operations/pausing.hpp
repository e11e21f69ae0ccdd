#pragma once
#include "gateway/api/context.hpp"

/// What pausing a connector and stopping all sending have in common.
namespace tidemark::gateway {

/// `percent` of a body: how much goes on, 100 where it is left out. Error: bad_percent.
Result<std::uint32_t> percent_in(const Body& body);

/// `held_by`: who holds opt-outs back so far, "" nobody; `hold`: is it asked for again? Error:
/// opt_outs_are_held where they would begin to leave without a resume.
Status keeps_opt_outs_held(const std::string& held_by, bool hold);

} // namespace tidemark::gateway
