#include "connectors/shared/outbound.hpp"
#include "replay-tools/access/access_commands.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string tenant_line(const Json& item) {
  const auto word = [&](const char* name) { return item[name].get<std::string>(); };
  if (item["since"].is_null())
    return fmt::format("{:<20} {}", word("id"), word("status"));
  return fmt::format("{:<20} {} since {} by {}: {}", word("id"), word("status"), word("since"),
                     word("by"), word("reason"));
}

/// `what`: suspend or resume.
Result<int> change_tenant(const CommonOptions& common, const TenantOptions& options,
                          const std::string& what, std::string_view text) {
  TRY(dir, data_dir_of(common));
  TRY(done,
      ask_service(dir, {"", "POST",
                        "/api/v1/tenants/" + connectors::url_encoded(options.tenant) + "/" + what,
                        to_text({{"reason", options.reason}})}));
  print(common.format, done,
        fmt::format("{} {}, position {}.", options.tenant, text, done["position"].dump()));
  return exit_code::done;
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

Result<int> suspend_tenant(const CommonOptions& common, const TenantOptions& options) {
  return change_tenant(common, options, "suspend",
                       "is suspended: only opt-outs are told to systems, and its API is closed");
}
Result<int> resume_tenant(const CommonOptions& common, const TenantOptions& options) {
  return change_tenant(common, options, "resume", "works again");
}

} // namespace tidemark::tools
