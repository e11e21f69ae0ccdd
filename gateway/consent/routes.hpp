#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes opt_out_routes();
Routes review_routes();
Routes statement_routes();

} // namespace tidemark::gateway
