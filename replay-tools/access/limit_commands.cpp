#include "replay-tools/access/access_commands.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"

#include <fmt/format.h>

#include <array>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string limits_line(const Json& limits) {
  return fmt::format("a minute: {} of a user, {} of a token, {} of a tenant, {} of an address",
                     limits["per_user"].dump(), limits["per_token"].dump(),
                     limits["per_tenant"].dump(), limits["per_address"].dump());
}

std::string usage_line(const Json& row) {
  return fmt::format("{}  {:<8} {:<24} {} asked, {} refused", row["minute"].get<std::string>(),
                     row["of"].get<std::string>(), row["id"].get<std::string>(),
                     row["requests"].dump(), row["refused"].dump());
}

} // namespace

Result<int> show_limits(const CommonOptions& common) {
  TRY(dir, data_dir_of(common));
  TRY(shown, ask_service(dir, {common.tenant, "GET", "/api/v1/limits"}));
  auto text = limits_line(shown["limits"]);
  for (const auto& row : shown["usage"])
    text += "\n" + usage_line(row);
  print(common.format, shown, text);
  return exit_code::done;
}

Result<int> set_limits(const CommonOptions& common, const LimitOptions& options) {
  TRY(dir, data_dir_of(common));
  Json body{{"reason", options.reason}};
  if (!common.tenant.empty())
    body["tenant"] = common.tenant;
  for (const auto& [name, limit] :
       {std::pair("per_user", options.per_user), std::pair("per_token", options.per_token),
        std::pair("per_tenant", options.per_tenant), std::pair("per_address", options.per_address)})
    if (limit)
      body[name] = *limit;
  TRY(done, ask_service(dir, {"", "POST", "/api/v1/limits", to_text(body)}));
  print(common.format, done,
        fmt::format("{} holds {}: {}, position {}.", limits_line(done["limits"]),
                    common.tenant.empty() ? "for all" : "for " + common.tenant, "from now on",
                    done["position"].dump()));
  return exit_code::done;
}

} // namespace tidemark::tools
