#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes alert_routes;
extern const Routes backfill_routes;
extern const Routes connector_routes;
extern const Routes health_routes;
extern const Routes local_routes;
extern const Routes receiver_routes;
extern const Routes restored_routes;
extern const Routes sending_routes;
extern const Routes webhook_kind_routes;

} // namespace tidemark::gateway
