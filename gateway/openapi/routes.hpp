#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes openapi_routes;

} // namespace tidemark::gateway
