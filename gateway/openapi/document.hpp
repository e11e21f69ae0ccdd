#pragma once
#include "gateway/api/routes.hpp"

/// The API document.
namespace tidemark::gateway {

/// Is it told of? Ways of this machine's own programs, and pages for people, are not.
bool is_described(const Route& route);
/// OpenAPI 3.1 of all routes that are described, in the order of the table; `version`: of the
/// program. The same table gives the same bytes.
Json openapi_document(Routes routes, std::string_view version);

} // namespace tidemark::gateway
