#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes event_routes;
extern const Routes reveal_routes; ///< that a body was shown

} // namespace tidemark::gateway
