#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes credential_routes;
extern const Routes store_key_routes;

} // namespace tidemark::gateway
