#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes people_routes;

} // namespace tidemark::gateway
