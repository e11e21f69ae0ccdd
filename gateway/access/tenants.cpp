#include "base/contains.hpp"
#include "events/format/tags.hpp"
#include "gateway/access/made_tenants.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/access/toml_text.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/store.hpp"
#include "projections/consent/opt_out_view.hpp"

#include <algorithm>
#include <limits>

// Tenants, for those who look after the whole installation: which there are, and which work.
namespace tidemark::gateway {
namespace {

using domain::MadeTenant;

constexpr Schema tenant_schema{
    "tenant",
    {{text("id"), text("name"), text("status"), nullable(time("since")), nullable(text("reason")),
      nullable(text("by")), text("source"), nullable(time("ends_at"))}}};
constexpr Schema whole_schema{
    "tenant_whole",
    {{text("id"), text("name"), text("status"), nullable(time("since")), nullable(text("reason")),
      nullable(text("by")), text("source"), nullable(time("ends_at")), nullable(time("created_at")),
      nullable(text("created_by")), nullable(text("settings")),
      nullable(integer("settings_version")), list(text("needs_restart")),
      list(text("connectors"))}}};
constexpr Schema changed_schema{
    "tenant_changed",
    {{text("status"), integer("position"), text("id"), optional(time("ends_at"))}}};

std::string name_of_tenant(const ApiContext& api, const TenantId& tenant, const MadeTenant* made) {
  if (made && !is_in_file(api, tenant))
    return made->name;
  const auto found = api.options.names.find(tenant);
  return found == api.options.names.end() ? std::string() : found->second;
}

/// Since when it is as it is, why, and who said so; of one that works nothing.
Json tenant_state(const AccessBook::Page& page, const TenantId& tenant, const MadeTenant* made) {
  if (made && made->deletion) {
    const auto& deletion = *made->deletion;
    return {{"status", made->ended ? "deleted" : "deleting"},
            {"since", to_rfc3339(made->ended.value_or(deletion.since))},
            {"reason", deletion.reason},
            {"by", deletion.by}};
  }
  if (const auto* suspension = page.state.suspension(tenant))
    return {{"status", "suspended"},
            {"since", to_rfc3339(suspension->since)},
            {"reason", suspension->reason},
            {"by", suspension->by}};
  return {{"status", "active"}, {"since", nullptr}, {"reason", nullptr}, {"by", nullptr}};
}

Json tenant_json(const ApiContext& api, const TenantId& tenant, const AccessBook::Page& page) {
  const auto* made = is_in_file(api, tenant) ? nullptr : made_tenant(page, tenant);
  Json out{{"id", tenant.value}, {"name", name_of_tenant(api, tenant, made)}};
  out.update(tenant_state(page, tenant, made));
  out["source"] = made ? "log" : "file";
  out["ends_at"] =
      made && made->deletion ? Json(to_rfc3339(made->deletion->ends_at)) : Json(nullptr);
  return out;
}

Result<Json> list_tenants(const ApiContext& api) {
  TRY(limit, api.limit(100));
  TRY(page, page_now(api));
  auto items = Json::array();
  for (const auto& tenant : all_tenants(api, *page)) {
    if (tenant.value <= api.param("after"))
      continue;
    if (items.size() == limit)
      return list_json(std::move(items), items.back()["id"]);
    items.push_back(tenant_json(api, tenant, *page));
  }
  return list_json(std::move(items));
}

Result<Json> show_tenant(const ApiContext& api) {
  TRY(page, page_now(api));
  TRY(tenant, named_tenant(api, *page));
  auto out = tenant_json(api, tenant, *page);
  const auto* made = is_in_file(api, tenant) ? nullptr : made_tenant(*page, tenant);
  out["created_at"] = made ? Json(to_rfc3339(made->since)) : Json(nullptr);
  out["created_by"] = made ? Json(made->by) : Json(nullptr);
  out["settings"] = made ? Json(made->settings) : Json(nullptr);
  out["settings_version"] = made ? Json(made->settings_version) : Json(nullptr);
  out["needs_restart"] = made && api.ports.tenants
                             ? api.ports.tenants->needs_restart(tenant, made->settings)
                             : std::vector<std::string>{};
  auto connectors = Json::array();
  for (const auto& source : api.options.sources)
    if (source.tenant == tenant && !source.ended)
      connectors.push_back(source.settings.name.value);
  out["connectors"] = std::move(connectors);
  return out;
}

// ---- made, renamed

Status check_unused(const ApiContext& api, const AccessBook::Page& page, const TenantId& tenant) {
  const auto* made = made_tenant(page, tenant);
  if (made && made->ended)
    return domain::tenant_deleted(tenant, *made->ended);
  if (made || contains(api.options.tenants, tenant))
    return Error{"tenant_exists", "there is a tenant of this id; take another id"};
  TRY(version, api.ports.log.version_of(tenant, events::engine_stream()));
  if (version != StreamVersion{})
    return Error{"id_used", "the log has events of a tenant of this id, which stands in the "
                            "configuration file no more: ids are never used again"};
  return Done{};
}

Result<Json> create_tenant(const ApiContext& api) {
  if (!api.ports.tenants)
    return Error{"not_found", "this service makes no tenants while it runs"};
  TRY(body, api.body());
  events::TenantCreated event;
  event.tenant = TenantId(body.text("id"));
  TRY(page, page_now(api));
  TRYV(check_unused(api, *page, event.tenant));
  TRY(settings, settings_text(api.request.body));
  TRY(checked, api.ports.tenants->check(event.tenant, settings));
  event.settings = std::move(checked.toml);
  const auto name = body.text("name");
  event.tenant_name = !name.empty()          ? name
                      : checked.name.empty() ? event.tenant.value
                                             : checked.name;
  TRYV(check_tenant_name(event.tenant_name));
  const auto id = event.tenant;
  TRY(position, api.access.record(*page, events::installation_tenant(),
                                  asked(api, body.text("reason"), std::move(event))));
  TRYV(follow_log(api, id, "started"));
  return Json{{"status", "active"}, {"position", position.value}, {"id", id.value}};
}

Json done_to(const TenantId& tenant, std::string_view status, Position position) {
  return {{"status", status}, {"position", position.value}, {"id", tenant.value}};
}

Result<Json> rename_tenant(const ApiContext& api) {
  TRY(page, page_now(api));
  TRY(tenant, changeable(api, *page));
  TRY(body, api.body());
  events::TenantRenamed event{tenant, body.text("name"), {}, {}, {}};
  TRYV(check_tenant_name(event.tenant_name));
  TRY(position, api.access.record(*page, events::installation_tenant(),
                                  asked(api, body.text("reason"), std::move(event))));
  return done_to(tenant, "renamed", position);
}

// ---- suspended, deleted

/// Is stored under the tenant that it is about: its own actors hear of it.
template <class Event>
Result<Json> change(const ApiContext& api, bool suspend, Event event) {
  TRY(page, page_now(api));
  TRY(tenant, named_tenant(api, *page));
  TRY(body, api.body());
  TRY(reason, body.reason());
  const auto* made = is_in_file(api, tenant) ? nullptr : made_tenant(*page, tenant);
  if (made && made->ended)
    return domain::tenant_deleted(tenant, *made->ended);
  if (made && made->deletion)
    return Error{"is_deleted", "this tenant is deleted and ends at "
                                   + to_rfc3339(made->deletion->ends_at) + "; undelete it first"};
  if (suspend == (page->state.suspension(tenant) != nullptr))
    return suspend ? Error{"is_suspended", "this tenant is suspended already"}
                   : Error{"not_suspended", "this tenant is not suspended"};
  TRY(position,
      api.access.record(*page, tenant, asked(api, std::move(reason), std::move(event)), true));
  return done_to(tenant, suspend ? "suspended" : "active", position);
}

Result<Json> suspend_tenant(const ApiContext& api) {
  return change(api, true, events::TenantSuspended{});
}
Result<Json> resume_tenant(const ApiContext& api) {
  return change(api, false, events::TenantResumed{});
}

Result<std::uint32_t> grace_days(const Body& body) {
  const auto value = body["grace_days"];
  if (!value.stated())
    return domain::grace_days_otherwise;
  const auto days = value.integer();
  if (!days || *days < 0 || *days > domain::grace_days_max)
    return Error{"bad_grace_days",
                 "grace_days is a number of days, 0 to " + std::to_string(domain::grace_days_max)};
  return static_cast<std::uint32_t>(*days);
}

/// Opt-outs that some system has not confirmed: it could go on writing to those people.
Result<std::uint64_t> open_opt_outs(const ApiContext& api, const TenantId& tenant,
                                    const std::string& signed_because) {
  TRY(open, projections::open_opt_outs(api.scan, tenant, std::numeric_limits<std::size_t>::max()));
  if (!open.empty() && signed_because.empty())
    return Error{"open_opt_outs",
                 std::to_string(open.size())
                     + " opt-outs of this tenant are not confirmed by the systems that were told: "
                       "see them through, or sign with signed_with_open_opt_outs why it may end "
                       "with them open"};
  return open.size();
}

Result<Json> delete_tenant(const ApiContext& api) {
  TRY(page, page_now(api));
  TRY(tenant, changeable(api, *page));
  if (made_tenant(*page, tenant)->deletion)
    return Error{"is_deleted", "this tenant is deleted already"};
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(days, grace_days(body));
  events::TenantDeleteRequested event;
  event.tenant = tenant;
  event.signed_because = body.text("signed_with_open_opt_outs");
  event.ends_at = api.now() + std::chrono::days{days};
  TRY(open, open_opt_outs(api, tenant, event.signed_because));
  event.open_opt_outs = open;
  const auto ends_at = to_rfc3339(event.ends_at);
  const bool suspends = !page->state.suspension(tenant);
  if (suspends) { // first: whatever comes after, nothing is sent for it
    TRYV(api.access.record(*page, tenant,
                           asked(api, "deleted: " + reason, events::TenantSuspended{}), true));
    page = api.access.page();
  }
  const auto position = api.access.record(*page, events::installation_tenant(),
                                          asked(api, std::move(reason), std::move(event)));
  if (!position && suspends)
    return Error{position.error().code,
                 "the tenant is suspended by now, but not deleted: " + position.error().text};
  if (!position)
    return position.error();
  auto out = done_to(tenant, "deleting", *position);
  out["ends_at"] = ends_at;
  return out;
}

Result<Json> undelete_tenant(const ApiContext& api) {
  TRY(page, page_now(api));
  TRY(tenant, changeable(api, *page));
  if (!made_tenant(*page, tenant)->deletion)
    return Error{"not_deleted", "this tenant is not deleted"};
  TRY(body, api.body());
  TRY(reason, body.reason());
  events::TenantDeleteCancelled event;
  event.tenant = tenant;
  TRY(position, api.access.record(*page, events::installation_tenant(),
                                  asked(api, std::move(reason), std::move(event))));
  return done_to(tenant, "suspended", position);
}

constexpr Route for_all(Route row) {
  row.installation = true;
  return row;
}
constexpr Route changes(std::string_view name, std::string_view path, JsonHandler handler,
                        std::string_view members = "reason") {
  return for_all({name, "POST", path, Right::administer, handler, &changed_schema, "", members,
                  unreadable_so_nothing_stored});
}
constexpr Route makes(Route row) {
  row.status = 201;
  return row;
}

constexpr Route tenant_rows[] = {
    for_all({"tenants", "GET", "/api/v1/tenants", Right::read, list_tenants,
             &list_of<tenant_schema>, "limit after"}),
    makes(changes("create_tenant", "/api/v1/tenants", create_tenant, "id name settings reason")),
    for_all({"tenant", "GET", "/api/v1/tenants/{id}", Right::read, show_tenant, &whole_schema}),
    changes("rename_tenant", "/api/v1/tenants/{id}/rename", rename_tenant, "name reason"),
    changes("suspend_tenant", "/api/v1/tenants/{id}/suspend", suspend_tenant),
    changes("resume_tenant", "/api/v1/tenants/{id}/resume", resume_tenant),
    changes("delete_tenant", "/api/v1/tenants/{id}/delete", delete_tenant,
            "reason grace_days signed_with_open_opt_outs"),
    changes("undelete_tenant", "/api/v1/tenants/{id}/undelete", undelete_tenant),
};

} // namespace

constinit const Routes tenant_routes = tenant_rows;

} // namespace tidemark::gateway
