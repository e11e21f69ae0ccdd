#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes event_routes;
extern const Routes stored_routes;

} // namespace tidemark::gateway
