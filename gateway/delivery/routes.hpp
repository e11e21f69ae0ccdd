#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes delivery_routes;
extern const Routes retry_routes;
extern const Routes purge_routes;

} // namespace tidemark::gateway
