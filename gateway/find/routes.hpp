#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes find_routes;

} // namespace tidemark::gateway
