#include "gateway/access/made_tenants.hpp"

#include "base/contains.hpp"

namespace tidemark::gateway {

Result<std::shared_ptr<const AccessBook::Page>> page_now(const ApiContext& api) {
  TRYV(api.access.refresh_installation());
  return api.access.page();
}

bool is_in_file(const ApiContext& api, const TenantId& tenant) {
  return contains(api.options.tenants, tenant) && !api.options.recorded.contains(tenant);
}

const domain::MadeTenant* made_tenant(const AccessBook::Page& page, const TenantId& tenant) {
  const auto found = page.state.made.find(tenant);
  return found == page.state.made.end() ? nullptr : &found->second;
}

std::set<TenantId> all_tenants(const ApiContext& api, const AccessBook::Page& page) {
  std::set<TenantId> out(api.options.tenants.begin(), api.options.tenants.end());
  for (const auto& [tenant, made] : page.state.made)
    out.insert(tenant);
  return out;
}

Result<TenantId> named_tenant(const ApiContext& api, const AccessBook::Page& page) {
  TenantId tenant(api.segment("id"));
  if (!all_tenants(api, page).contains(tenant))
    return Error{"not_found", "there is no such tenant; ensure you have access"};
  return tenant;
}

Status follow_log(const ApiContext& api, const TenantId& tenant, std::string_view what) {
  if (const auto followed = api.ports.tenants->follow(tenant); !followed)
    return Error{"not_started",
                 "it is recorded, and could not be " + std::string(what)
                     + "; the service tries again each second: " + followed.error().text};
  return Done{};
}

Result<TenantId> changeable(const ApiContext& api, const AccessBook::Page& page) {
  TRY(tenant, named_tenant(api, page));
  if (is_in_file(api, tenant))
    return Error{"stands_in_file", "this tenant stands in the configuration file: change its "
                                   "[[tenants]] there and start the service again"};
  TRYV(domain::still_there(page.state.made, tenant));
  return tenant;
}

} // namespace tidemark::gateway
