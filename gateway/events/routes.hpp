#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes event_routes;

} // namespace tidemark::gateway
