#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes limit_routes;
extern const Routes login_routes;
extern const Routes session_routes;
extern const Routes tenant_routes;
extern const Routes tenant_setting_routes;
extern const Routes token_routes;
extern const Routes user_routes;

} // namespace tidemark::gateway
