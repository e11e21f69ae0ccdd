#include "connectors/shared/outbound.hpp"
#include "replay-tools/access/access_commands.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string user_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : "-";
}

std::string shown_once(const Json& answer) {
  return answer["password"].is_string()
             ? "\nIts password is shown this once:\n" + user_text(answer["password"])
             : std::string();
}

Result<int> change_user(const CommonOptions& common, const UserOptions& options,
                        const std::string& what) {
  TRY(service, ServiceApi::open(common));
  TRY(done,
      service.ask("POST", "/api/v1/users/" + connectors::url_encoded(options.user) + "/" + what,
                  to_text({{"reason", options.reason}})));
  print(common.format, done,
        fmt::format("{} is {}, position {}.{}", options.user, user_text(done["state"]),
                    done["position"].dump(), shown_once(done)));
  return exit_code::done;
}

} // namespace

Result<int> create_user(const CommonOptions& common, const UserOptions& options) {
  TRY(service, ServiceApi::open(common));
  TRY(made,
      service.ask(
          "POST", "/api/v1/users",
          to_text({{"email", options.user}, {"role", options.role}, {"reason", options.reason}})));
  print(common.format, made,
        fmt::format("{} ({}, {}) may log in.{}", user_text(made["id"]), user_text(made["email"]),
                    user_text(made["role"]), shown_once(made)));
  return exit_code::done;
}

Result<int> list_users(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  std::size_t all = 0, enabled = 0;
  for (std::string after;;) {
    const auto from = after.empty() ? std::string() : "?after=" + connectors::url_encoded(after);
    TRY(page, service.ask("GET", "/api/v1/users" + from));
    for (const auto& item : page["items"]) {
      ++all;
      enabled += item["state"] == "enabled" ? 1 : 0;
      print(common.format, item,
            fmt::format("{} {:<30} {:<9} {}{}, made {} by {}", user_text(item["id"]),
                        user_text(item["email"]), user_text(item["role"]), user_text(item["state"]),
                        item["locked_until"].is_null()
                            ? std::string()
                            : ", locked for a network until " + user_text(item["locked_until"]),
                        user_text(item["created_at"]), user_text(item["created_by"])));
    }
    if (!page["next"].is_string())
      break;
    after = page["next"].get<std::string>();
  }
  print_summary(common.format, {{"users", all}, {"enabled", enabled}},
                fmt::format("{} users, {} may log in.", all, enabled));
  return exit_code::done;
}

Result<int> enable_user(const CommonOptions& common, const UserOptions& options) {
  return change_user(common, options, "enable");
}
Result<int> disable_user(const CommonOptions& common, const UserOptions& options) {
  return change_user(common, options, "disable");
}
Result<int> reset_password(const CommonOptions& common, const UserOptions& options) {
  return change_user(common, options, "password");
}

} // namespace tidemark::tools
