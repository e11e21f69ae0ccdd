#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes delivery_routes;

} // namespace tidemark::gateway
