#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes event_routes();

} // namespace tidemark::gateway
