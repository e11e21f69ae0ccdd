#pragma once
#include "gateway/api/routes.hpp"

namespace tidemark::gateway {

Routes contact_routes();
Routes conflict_routes();
Routes mapping_routes();
Routes merge_routes();
Routes repair_routes();

} // namespace tidemark::gateway
