#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes opt_out_routes;
extern const Routes review_routes;
extern const Routes statement_routes;
extern const Routes call_allowance_routes;
extern const Routes by_hand_routes;
extern const Routes may_send_routes;
extern const Routes compliance_routes;
extern const Routes agent_flag_routes;

} // namespace tidemark::gateway
