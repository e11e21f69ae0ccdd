#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes event_routes();
Routes stored_routes();

} // namespace tidemark::gateway
