#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes queue_routes;
extern const Routes overdue_routes;
extern const Routes service_level_routes;

} // namespace tidemark::gateway
