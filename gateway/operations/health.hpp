#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/schema.hpp"

namespace tidemark::gateway {

/// `{"status","version","loopback_http_allowed","services"}` (docs/api.md).
Json health_json(const ApiContext& api);

inline constexpr Schema service_schema{"service",
                                       {{text("status"), time("since"), text("detail")}}};
inline constexpr Schema health_schema{
    "health",
    {{text("status"), text("version"), boolean("loopback_http_allowed"),
      map("services", service_schema)}}};

} // namespace tidemark::gateway
