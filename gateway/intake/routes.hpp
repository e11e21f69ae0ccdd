#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes webhook_routes;
extern const Routes quarantine_routes;
extern const Routes reprocess_routes;
extern const Routes refused_signature_routes;

} // namespace tidemark::gateway
