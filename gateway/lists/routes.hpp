#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes list_routes();
Routes rebuild_routes();

} // namespace tidemark::gateway
