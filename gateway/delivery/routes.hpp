#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes delivery_routes();

} // namespace tidemark::gateway
