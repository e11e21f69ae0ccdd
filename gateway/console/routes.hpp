#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes console_routes;

} // namespace tidemark::gateway
