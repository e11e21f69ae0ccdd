#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes tenant_routes;
extern const Routes token_routes;

} // namespace tidemark::gateway
