#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes list_routes;
extern const Routes rebuild_routes;

} // namespace tidemark::gateway
