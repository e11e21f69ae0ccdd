#include "events/format/tags.hpp"
#include "gateway/access/made_tenants.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/access/toml_text.hpp"
#include "gateway/api/store.hpp"

#include <algorithm>

// Other settings for a tenant that was made while the service runs.
namespace tidemark::gateway {
namespace {

constexpr Schema difference_schema{
    "setting_difference",
    {{text("key"), nullable(text("from")), nullable(text("to")), text("takes")}}};
constexpr Schema settings_schema{
    "tenant_settings",
    {{text("status"), nullable(integer("position")), text("id"), integer("settings_version"),
      list("differences", difference_schema)}}};

using Differences = std::vector<SettingsChange::Difference>;

Json differences_json(const Differences& differences) {
  auto out = Json::array();
  for (const auto& one : differences)
    out.push_back({{"key", one.key},
                   {"from", one.from ? Json(*one.from) : Json(nullptr)},
                   {"to", one.to ? Json(*one.to) : Json(nullptr)},
                   {"takes", one.at_once ? "nothing" : "restart"}});
  return out;
}

std::vector<std::string> keys_of(const Differences& differences, bool at_once) {
  std::vector<std::string> out;
  for (const auto& one : differences)
    if (one.at_once == at_once)
      out.push_back(one.key);
  return out;
}

/// Nobody overwrites what he has not seen.
Status check_version(const Body& body, const domain::MadeTenant& made) {
  const auto value = body["settings_version"];
  if (!value.stated())
    return Done{};
  const auto version = value.integer();
  if (!version || *version < 1)
    return Error{"bad_settings_version", "settings_version is a whole number from 1"};
  if (static_cast<std::uint64_t>(*version) != made.settings_version)
    return Error{"settings_changed", "somebody changed the settings meanwhile: they are version "
                                         + std::to_string(made.settings_version)
                                         + " by now. Look at them, then ask again"};
  return Done{};
}

/// The name is no setting while the service runs.
Status check_name(const SettingsChange& change, const domain::MadeTenant& made) {
  if (!change.name.empty() && change.name != made.name)
    return Error{"bad_name", "the settings call it " + change.name + ", but it is called "
                                 + made.name + ": leave name away, and use tenant rename"};
  return Done{};
}

/// Whoever wants it is told what waits for the next start, and says so.
Status check_restart(const Differences& differences, bool at_next_start) {
  if (at_next_start)
    return Done{};
  std::string text;
  for (const auto& one : differences)
    if (!one.at_once)
      text += "\n" + one.key + ": " + one.from.value_or("nothing") + " -> "
              + one.to.value_or("nothing");
  if (text.empty())
    return Done{};
  return Error{"needs_restart",
               "nothing was changed, since this cannot be another while the service runs; leave it "
               "as it is, or say at_next_start: then it holds from the next start of the service "
               "on, and the rest at once. (A connector's secret is changed at once by credential "
               "set.)"
                   + text};
}

Json settings_json(const TenantId& tenant, const char* status, std::optional<Position> position,
                   std::uint64_t version, const Differences& differences) {
  return {{"status", status},
          {"position", position ? Json(position->value) : Json(nullptr)},
          {"id", tenant.value},
          {"settings_version", version},
          {"differences", differences_json(differences)}};
}

Result<SettingsChange> wanted_change(const ApiContext& api, const TenantId& tenant,
                                     const domain::MadeTenant& made) {
  TRY(settings, settings_text(api.request.body));
  if (settings.find_first_not_of(" \t\r\n") == std::string::npos)
    return Error{"bad_settings", "settings is the whole table of the tenant, and it is empty"};
  TRY(change, api.ports.tenants->compare(tenant, made.settings, settings));
  TRYV(check_name(change, made));
  return change;
}

Result<Json> set_tenant(const ApiContext& api) {
  if (!api.ports.tenants)
    return Error{"not_found", "this service makes no tenants while it runs"};
  TRY(page, page_now(api));
  TRY(tenant, changeable(api, *page));
  const auto& made = *made_tenant(*page, tenant);
  TRY(body, api.body());
  TRY(dry_run, body.flag("dry_run", {"bad_dry_run", "dry_run is true or false"}));
  TRY(later, body.flag("at_next_start", {"bad_at_next_start", "at_next_start is true or false"}));
  TRY(change, wanted_change(api, tenant, made));
  TRYV(check_version(body, made));
  if (dry_run)
    return settings_json(tenant, "dry_run", std::nullopt, made.settings_version,
                         change.differences);
  TRY(reason, body.reason());
  TRYV(check_restart(change.differences, later));
  if (change.differences.empty())
    return Error{"already_so", "the tenant has these settings already"};
  events::TenantSettingsSet event;
  event.tenant = tenant;
  event.settings = std::move(change.toml);
  event.applied = keys_of(change.differences, true);
  event.needs_restart = keys_of(change.differences, false);
  TRY(position, api.access.record(*page, events::installation_tenant(),
                                  asked(api, std::move(reason), std::move(event))));
  TRYV(follow_log(api, tenant, "used"));
  return settings_json(tenant, "changed", position, made.settings_version + 1, change.differences);
}

constexpr Route set_row() {
  Route row{"set_tenant",
            "POST",
            "/api/v1/tenants/{id}/settings",
            Right::administer,
            set_tenant,
            &settings_schema,
            "",
            "settings reason dry_run at_next_start settings_version",
            unreadable_so_nothing_stored};
  row.installation = true;
  return row;
}

constexpr Route tenant_setting_rows[] = {set_row()};

} // namespace

constinit const Routes tenant_setting_routes = tenant_setting_rows;

} // namespace tidemark::gateway
