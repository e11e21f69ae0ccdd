#include "config/duration.hpp"
#include "connectors/shared/outbound.hpp"
#include "replay-tools/access/access_commands.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_http.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string api_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : "-";
}

Result<Json> token_end(const TokenOptions& options) {
  if (options.expires_in.empty())
    return options.expires_at.empty() ? Json() : Json(options.expires_at);
  const auto lasts = config::read_duration(options.expires_in, std::chrono::seconds{1});
  if (!lasts)
    return Error{"bad_usage", "--expires-in is such as 30m, 24h or 90d, a year at most"};
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return Json(to_rfc3339(now + *lasts));
}

std::string token_owner(const Json& item) {
  return item["installation"].get<bool>() ? "the installation" : api_text(item["tenant"]);
}

std::string token_line(const Json& item) {
  return fmt::format(
      "{:<17} {:<20} {:<9} {:<8} ...{:<5} {:<5} of {}, ends {}, made {} by {}{}",
      api_text(item["id"]), api_text(item["name"]), api_text(item["role"]), api_text(item["state"]),
      api_text(item["last_four"]), api_text(item["source"]), token_owner(item),
      item["expires_at"].is_null() ? "never" : api_text(item["expires_at"]),
      api_text(item["created_at"]), api_text(item["created_by"]),
      item["routes"].empty() ? std::string() : fmt::format(", may use {}", item["routes"].dump()));
}

/// `maybe_of_all`: no tenant has to be named, since the installation's tokens have none.
Result<Json> ask_of_tokens(const CommonOptions& common, bool maybe_of_all, const std::string& path,
                           const Json& body) {
  if (maybe_of_all) {
    TRY(dir, data_dir_of(common));
    return ask_service(dir, {common.tenant, "POST", path, to_text(body)});
  }
  TRY(service, ServiceApi::open(common));
  return service.ask("POST", path, to_text(body));
}

} // namespace

Result<int> create_token(const CommonOptions& common, const TokenOptions& options) {
  TRY(end, token_end(options));
  Json body{{"name", options.name},
            {"role", options.role},
            {"installation", options.installation},
            {"reason", options.reason}};
  if (!options.routes.empty())
    body["routes"] = options.routes;
  if (!end.is_null())
    body["expires_at"] = end;
  TRY(made, ask_of_tokens(common, options.installation, "/api/v1/tokens", body));
  print(
      common.format, made,
      fmt::format(
          "{} ({}, {} of {}) works {}, {}.\nIt is shown this once:\n{}", api_text(made["id"]),
          api_text(made["name"]), api_text(made["role"]), token_owner(made),
          made.contains("note") ? "once the tenant, which is suspended, is resumed" : "from now on",
          made["expires_at"].is_null() ? "without an end" : "until " + api_text(made["expires_at"]),
          api_text(made["token"])));
  return exit_code::done;
}

Result<int> list_tokens(const CommonOptions& common) {
  TRY(dir, data_dir_of(common)); // without a tenant: those of all, and of the installation
  std::size_t all = 0, active = 0;
  for (std::string after;;) {
    TRY(page,
        ask_service(dir, {common.tenant, "GET",
                          "/api/v1/tokens"
                              + (after.empty() ? std::string()
                                               : "?after=" + connectors::url_encoded(after))}));
    for (const auto& item : page["items"]) {
      ++all;
      active += item["state"] == "active" ? 1 : 0;
      print(common.format, item, token_line(item));
    }
    if (!page["next"].is_string())
      break;
    after = page["next"].get<std::string>();
  }
  print_summary(common.format, {{"tokens", all}, {"active", active}},
                fmt::format("{} tokens, {} let somebody in.", all, active));
  return exit_code::done;
}

Result<int> revoke_token(const CommonOptions& common, const TokenOptions& options) {
  const auto path = "/api/v1/tokens/" + connectors::url_encoded(options.id) + "/revoke";
  TRY(done, ask_of_tokens(common, true, path, {{"reason", options.reason}}));
  print(
      common.format, done,
      fmt::format("{} lets nobody in any more, position {}.", options.id, done["position"].dump()));
  return exit_code::done;
}

} // namespace tidemark::tools
