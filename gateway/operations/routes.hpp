#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes alert_routes();
Routes backfill_routes();
Routes connector_routes();
Routes health_routes();
Routes local_routes();

} // namespace tidemark::gateway
