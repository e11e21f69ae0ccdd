#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes page_routes;

} // namespace tidemark::gateway
