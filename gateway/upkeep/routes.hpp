#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes configuration_routes;
extern const Routes log_level_routes;
extern const Routes profile_routes;
extern const Routes table_routes;
extern const Routes connector_test_routes;

} // namespace tidemark::gateway
