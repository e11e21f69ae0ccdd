#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes webhook_routes();
Routes quarantine_routes();

} // namespace tidemark::gateway
