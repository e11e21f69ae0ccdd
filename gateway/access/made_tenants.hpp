#pragma once
#include "gateway/api/context.hpp"
#include "gateway/credentials/access_book.hpp"

#include <set>

/// Finding the tenant that a request is about.
namespace tidemark::gateway {

/// As the log has it by now: the service itself records when one has ended. Errors: of reading.
Result<std::shared_ptr<const AccessBook::Page>> page_now(const ApiContext& api);
bool is_in_file(const ApiContext& api, const TenantId& tenant);
/// Null where the log has none.
const domain::MadeTenant* made_tenant(const AccessBook::Page& page, const TenantId& tenant);
/// Those that are there and those that were deleted.
std::set<TenantId> all_tenants(const ApiContext& api, const AccessBook::Page& page);
/// The one in the path. Error: not_found.
Result<TenantId> named_tenant(const ApiContext& api, const AccessBook::Page& page);
/// The same, that the log has, and that has not ended. Errors: not_found, stands_in_file,
/// tenant_deleted.
Result<TenantId> changeable(const ApiContext& api, const AccessBook::Page& page);
/// What the log says by now is so. `what` the tenant was to be; error: not_started.
Status follow_log(const ApiContext& api, const TenantId& tenant, std::string_view what);

} // namespace tidemark::gateway
