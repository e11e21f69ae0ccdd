#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes action_routes;

} // namespace tidemark::gateway
