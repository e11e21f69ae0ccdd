#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes opt_out_import_routes;
extern const Routes contact_import_routes;
extern const Routes message_import_routes;

} // namespace tidemark::gateway
