#include "base/contains.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/store.hpp"
#include "gateway/credentials/access_book.hpp"

#include <algorithm>

// Which tenants work, for those who look after the whole installation.
namespace tidemark::gateway {
namespace {

constexpr Schema tenant_schema{"tenant",
                               {{text("id"), text("status"), nullable(time("since")),
                                 nullable(text("reason")), nullable(text("by")), text("source")}}};
constexpr Schema changed_schema{"tenant_changed",
                                {{text("status"), integer("position"), text("id")}}};

Json tenant_json(const TenantId& tenant, const domain::AccessState& state) {
  const auto* suspension = state.suspension(tenant);
  return {{"id", tenant.value},
          {"status", suspension ? "suspended" : "active"},
          {"since", suspension ? Json(to_rfc3339(suspension->since)) : Json()},
          {"reason", suspension ? Json(suspension->reason) : Json()},
          {"by", suspension ? Json(suspension->by) : Json()},
          {"source", "file"}};
}

Result<Json> list_tenants(const ApiContext& api) {
  TRY(limit, api.limit(100));
  const auto page = api.access.page();
  auto tenants = api.options.tenants;
  std::ranges::sort(tenants);
  auto items = Json::array();
  for (const auto& tenant : tenants) {
    if (tenant.value <= api.param("after"))
      continue;
    if (items.size() == limit)
      return list_json(std::move(items), items.back()["id"]);
    items.push_back(tenant_json(tenant, page->state));
  }
  return list_json(std::move(items));
}

Result<TenantId> named_tenant(const ApiContext& api) {
  TenantId tenant(api.segment("id"));
  if (!contains(api.options.tenants, tenant))
    return Error{"not_found", "there is no such tenant; ensure you have access"};
  return tenant;
}

/// Is stored under the tenant that it is about: its own actors hear of it.
template <class Event>
Result<Json> change(const ApiContext& api, bool suspend, Event event) {
  TRY(tenant, named_tenant(api));
  TRY(body, api.body());
  TRY(reason, body.reason());
  const auto page = api.access.page();
  if (suspend == (page->state.suspension(tenant) != nullptr))
    return suspend ? Error{"is_suspended", "this tenant is suspended already"}
                   : Error{"not_suspended", "this tenant is not suspended"};
  TRY(position,
      api.access.record(*page, tenant, asked(api, std::move(reason), std::move(event)), true));
  return Json{{"status", suspend ? "suspended" : "active"},
              {"position", position.value},
              {"id", tenant.value}};
}

Result<Json> suspend_tenant(const ApiContext& api) {
  return change(api, true, events::TenantSuspended{});
}
Result<Json> resume_tenant(const ApiContext& api) {
  return change(api, false, events::TenantResumed{});
}

constexpr Route for_all(Route row) {
  row.installation = true;
  return row;
}

constexpr Route tenant_rows[] = {
    for_all({"tenants", "GET", "/api/v1/tenants", Right::read, list_tenants,
             &list_of<tenant_schema>, "limit after"}),
    for_all({"suspend_tenant", "POST", "/api/v1/tenants/{id}/suspend", Right::administer,
             suspend_tenant, &changed_schema, "", "reason", unreadable_so_nothing_stored}),
    for_all({"resume_tenant", "POST", "/api/v1/tenants/{id}/resume", Right::administer,
             resume_tenant, &changed_schema, "", "reason", unreadable_so_nothing_stored}),
};

} // namespace

constinit const Routes tenant_routes = tenant_rows;

} // namespace tidemark::gateway
