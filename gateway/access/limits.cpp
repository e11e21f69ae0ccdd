#include "base/contains.hpp"
#include "events/format/tags.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/api/store.hpp"
#include "gateway/credentials/access.hpp"
#include "gateway/credentials/access_book.hpp"

// How many requests a minute the API answers, and who asked how many.
namespace tidemark::gateway {
namespace {

constexpr Schema limits_schema{
    "api_limits",
    {{integer("per_user"), integer("per_token"), integer("per_tenant"), integer("per_address")}}};
constexpr Schema usage_schema{"usage",
                              {{text("of"), text("id"), nullable(text("tenant")), time("minute"),
                                integer("requests"), integer("refused")}}};
constexpr Schema shown_schema{"limits_shown",
                              {{nullable(text("tenant")), integer("window_seconds"),
                                object("limits", limits_schema), list("usage", usage_schema)}}};
constexpr Schema set_schema{"limits_set",
                            {{text("status"), integer("position"), nullable(text("tenant")),
                              object("limits", limits_schema)}}};

Json limits_json(const domain::ApiLimits& limits) {
  return {{"per_user", limits.per_user},
          {"per_token", limits.per_token},
          {"per_tenant", limits.per_tenant},
          {"per_address", limits.per_address}};
}

/// Of the last minutes; of a tenant its own alone.
Json usage_json(const ApiContext& api) {
  auto out = Json::array();
  const auto& tenant = api.tenant();
  for (const auto& [whose, minutes] : api.control.usage()) {
    if (!tenant.value.empty() && whose.tenant != tenant)
      continue;
    for (const auto& minute : minutes)
      out.push_back({{"of", whose.by},
                     {"id", whose.id},
                     {"tenant", or_null(whose.tenant.value)},
                     {"minute", to_rfc3339(minute.at)},
                     {"requests", minute.requests},
                     {"refused", minute.refused}});
  }
  return out;
}

Result<Json> show_limits(const ApiContext& api) {
  return Json{{"tenant", or_null(api.tenant().value)},
              {"window_seconds", RequestWindows::window.count()},
              {"limits", limits_json(api.control.limits_for(api.tenant()))},
              {"usage", usage_json(api)}};
}

Result<std::optional<std::uint64_t>> limit_in(const Body& body, std::string_view name) {
  const auto value = body[name];
  if (!value.stated())
    return std::optional<std::uint64_t>();
  const auto number = value.integer();
  if (!number || *number < 0)
    return Error{"bad_" + std::string(name),
                 std::string(name) + " is a number of requests a minute"};
  return std::optional(static_cast<std::uint64_t>(*number));
}

Result<Json> set_limits(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  events::LimitsSet wish;
  wish.tenant = TenantId(body.text("tenant"));
  if (!wish.tenant.value.empty() && !contains(api.options.tenants, wish.tenant))
    return unknown("tenant");
  for (auto [name, limit] :
       {std::pair("per_user", &wish.per_user), std::pair("per_token", &wish.per_token),
        std::pair("per_tenant", &wish.per_tenant), std::pair("per_address", &wish.per_address)}) {
    TRY(value, limit_in(body, name));
    *limit = value;
  }
  TRYV(domain::check_limits(wish));
  const auto tenant = wish.tenant;
  const auto page = api.access.page();
  TRY(position, api.access.record(*page, events::installation_tenant(),
                                  asked(api, std::move(reason), std::move(wish))));
  return Json{{"status", "set"},
              {"position", position.value},
              {"tenant", or_null(tenant.value)},
              {"limits", limits_json(api.control.limits_for(tenant))}};
}

constexpr Route limit_rows[] = {
    {.name = "limits",
     .method = "GET",
     .path = "/api/v1/limits",
     .right = Right::audit,
     .handler = show_limits,
     .answer = &shown_schema,
     .any_tenant = true},
    {.name = "set_limits",
     .method = "POST",
     .path = "/api/v1/limits",
     .right = Right::administer,
     .handler = set_limits,
     .answer = &set_schema,
     .members = "tenant per_user per_token per_tenant per_address reason",
     .unreadable = unreadable_so_nothing_stored,
     .installation = true},
};

} // namespace

constinit const Routes limit_routes = limit_rows;

} // namespace tidemark::gateway
