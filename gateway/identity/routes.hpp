#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes people_routes();

} // namespace tidemark::gateway
