#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

extern const Routes outage_note_routes;

} // namespace tidemark::gateway
