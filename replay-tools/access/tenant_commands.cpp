#include "connectors/shared/outbound.hpp"
#include "replay-tools/access/access_commands.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"
#include "storage/files/files.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string tenant_line(const Json& item) {
  const auto word = [&](const char* name) { return item[name].get<std::string>(); };
  auto out = fmt::format("{:<20} {}", word("id"), word("status"));
  if (!item["since"].is_null())
    out += fmt::format(" since {} by {}: {}", word("since"), word("by"), word("reason"));
  if (word("status") == "deleting")
    out += fmt::format(", ends {}", word("ends_at"));
  return word("name").empty() ? out : out + fmt::format(" ({})", word("name"));
}

/// `what`: what is done with it; "" for the tenant itself.
Result<Json> ask_of_tenant(const CommonOptions& common, const TenantOptions& options,
                           const std::string& what, const Json& body) {
  TRY(dir, data_dir_of(common));
  const auto path = "/api/v1/tenants/" + connectors::url_encoded(options.tenant)
                    + (what.empty() ? std::string() : "/" + what);
  if (what.empty())
    return ask_service(dir, {"", "GET", path});
  return ask_service(dir, {"", "POST", path, to_text(body)});
}

/// `what`: a command that wants nothing but a reason.
Result<int> change_tenant(const CommonOptions& common, const TenantOptions& options,
                          const std::string& what, std::string_view text) {
  TRY(done, ask_of_tenant(common, options, what, {{"reason", options.reason}}));
  print(common.format, done,
        fmt::format("{} {}, position {}.", options.tenant, text, done["position"].dump()));
  return exit_code::done;
}

std::string value_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : "nothing";
}

Result<std::string> settings_of(const std::string& file) {
  if (file.empty())
    return std::string();
  auto text = storage::read_file(file);
  if (!text || !*text)
    return Error{"cannot_be_read",
                 "the settings " + file + " cannot be read"
                     + (text ? std::string(": there is no such file") : ": " + text.error().text)};
  return **std::move(text);
}

} // namespace

Result<int> list_tenants(const CommonOptions& common) {
  TRY(dir, data_dir_of(common));
  std::size_t all = 0, suspended = 0;
  for (std::string after;;) {
    const auto from = after.empty() ? std::string() : "?after=" + connectors::url_encoded(after);
    TRY(page, ask_service(dir, {"", "GET", "/api/v1/tenants" + from}));
    for (const auto& item : page["items"]) {
      ++all;
      suspended += item["status"] == "suspended" ? 1 : 0;
      print(common.format, item, tenant_line(item));
    }
    if (!page["next"].is_string())
      break;
    after = page["next"].get<std::string>();
  }
  print_summary(common.format, {{"tenants", all}, {"suspended", suspended}},
                fmt::format("{} tenants, {} suspended.", all, suspended));
  return exit_code::done;
}

Result<int> show_tenant(const CommonOptions& common, const TenantOptions& options) {
  TRY(tenant, ask_of_tenant(common, options, "", {}));
  auto text = tenant_line(tenant) + "\n";
  if (tenant["settings"].is_null())
    text += "It stands in the configuration file.";
  else
    text += fmt::format("Made {} by {}. Settings, version {}:\n{}",
                        tenant["created_at"].get<std::string>(),
                        tenant["created_by"].get<std::string>(), tenant["settings_version"].dump(),
                        tenant["settings"].get<std::string>());
  for (const auto& key : tenant["needs_restart"])
    text += "\nholds from the next start on: " + key.get<std::string>();
  print(common.format, tenant, text);
  return exit_code::done;
}

Result<int> create_tenant(const CommonOptions& common, const TenantOptions& options) {
  TRY(dir, data_dir_of(common));
  TRY(settings, settings_of(options.settings));
  const Json body{{"id", options.tenant},
                  {"name", options.name},
                  {"settings", settings},
                  {"reason", options.reason}};
  TRY(done, ask_service(dir, {"", "POST", "/api/v1/tenants", to_text(body)}));
  print(common.format, done,
        fmt::format("{} works from now on, position {}. Its webhooks come to /t/{}/webhooks/NAME.",
                    options.tenant, done["position"].dump(), options.tenant));
  return exit_code::done;
}

Result<int> set_tenant(const CommonOptions& common, const TenantOptions& options) {
  TRY(settings, settings_of(options.settings));
  Json body{{"settings", settings},
            {"reason", options.reason},
            {"dry_run", options.dry_run},
            {"at_next_start", options.at_next_start}};
  if (options.if_version)
    body["settings_version"] = *options.if_version;
  TRY(done, ask_of_tenant(common, options, "settings", body));
  std::size_t now = 0, later = 0;
  for (const auto& one : done["differences"]) {
    const bool waits = one["takes"] == "restart";
    ++(waits ? later : now);
    print(common.format, one,
          fmt::format("{}: {} -> {}{}", one["key"].get<std::string>(), value_text(one["from"]),
                      value_text(one["to"]), waits ? "  (takes a restart)" : ""));
  }
  print_summary(common.format,
                {{"status", done["status"]},
                 {"position", done["position"]},
                 {"settings_version", done["settings_version"]},
                 {"now", now},
                 {"at_next_start", later}},
                options.dry_run
                    ? fmt::format("Nothing was changed. {} would change at once, {} at "
                                  "the next start{}. Version {}.",
                                  now, later, later == 0 ? "" : " (needs --at-next-start)",
                                  done["settings_version"].dump())
                    : fmt::format("{} changed now, {} will at the next start of the "
                                  "service. Version {}, position {}.",
                                  now, later, done["settings_version"].dump(),
                                  done["position"].dump()));
  return exit_code::done;
}

Result<int> rename_tenant(const CommonOptions& common, const TenantOptions& options) {
  TRY(done, ask_of_tenant(common, options, "rename",
                          {{"name", options.name}, {"reason", options.reason}}));
  print(common.format, done,
        fmt::format("{} is called {}, position {}.", options.tenant, options.name,
                    done["position"].dump()));
  return exit_code::done;
}

Result<int> delete_tenant(const CommonOptions& common, const TenantOptions& options) {
  Json body{{"reason", options.reason}, {"grace_days", options.grace_days}};
  if (!options.signed_because.empty())
    body["signed_with_open_opt_outs"] = options.signed_because;
  TRY(done, ask_of_tenant(common, options, "delete", body));
  const auto end = options.grace_days == 0
                       ? std::string("ends now: there was no grace, and nothing takes it back")
                       : fmt::format("ends at {}; until then tenant undelete takes it back",
                                     done["ends_at"].get<std::string>());
  print(common.format, done,
        fmt::format("{} is suspended and {}. What is recorded stays. Position {}.", options.tenant,
                    end, done["position"].dump()));
  return exit_code::done;
}

Result<int> undelete_tenant(const CommonOptions& common, const TenantOptions& options) {
  return change_tenant(common, options, "undelete",
                       "does not end; it is suspended until tenant resume");
}

Result<int> suspend_tenant(const CommonOptions& common, const TenantOptions& options) {
  return change_tenant(common, options, "suspend",
                       "is suspended: only opt-outs are told to systems, and its API is closed");
}
Result<int> resume_tenant(const CommonOptions& common, const TenantOptions& options) {
  return change_tenant(common, options, "resume", "works again");
}

} // namespace tidemark::tools
