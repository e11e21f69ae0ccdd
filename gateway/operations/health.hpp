#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/schema.hpp"

namespace tidemark::gateway {

/// `{"status","version","loopback_http_allowed","services","aliases"}` (docs/api.md).
Json health_json(const ApiContext& api);

inline constexpr Schema service_schema{"service",
                                       {{text("status"), time("since"), text("detail")}}};
/// Of a name of health_aliases.hpp too, where nothing may have been noted yet.
inline constexpr Schema component_schema{
    "component", {{text("status"), nullable(time("since")), text("detail")}}};
inline constexpr Schema health_schema{
    "health",
    {{text("status"), text("version"), boolean("loopback_http_allowed"),
      map("services", service_schema), map("aliases")}}};

} // namespace tidemark::gateway
