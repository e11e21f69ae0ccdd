#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes contact_routes;
extern const Routes explain_routes;
extern const Routes contact_state_routes;
extern const Routes conflict_routes;
extern const Routes mapping_routes;
extern const Routes merge_routes;
extern const Routes message_routes;
extern const Routes repair_routes;

} // namespace tidemark::gateway
