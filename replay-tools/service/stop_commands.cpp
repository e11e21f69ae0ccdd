#include "config/load.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/service/service_http.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/remote/remote_log.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

/// The tenants that are meant.
Result<std::vector<std::string>> meant_tenants(const CommonOptions& common,
                                               const std::string& dir) {
  if (!common.tenant.empty())
    return std::vector{common.tenant};
  if (const auto all = config::configured_tenants(common.config); all && !all->empty())
    return *all;
  TRY(service, storage::connect_to_service(dir)); // the configuration is elsewhere
  TRY(names, tenants_in(service->log()));
  return std::vector<std::string>(names.begin(), names.end());
}

/// Asks for one tenant after the other, and does not end at the first that refuses: who stops
/// everything wants as much of it stopped as can be.
Result<int> ask_for_each(const CommonOptions& common, const std::string& deed, const Json& body,
                         const std::string& done) {
  TRY(dir, data_dir_of(common));
  TRY(tenants, meant_tenants(common, dir));
  std::size_t changed = 0;
  for (const auto& tenant : tenants) {
    const auto answer = ask_service(dir, {tenant, "POST", "/api/v1/" + deed, to_text(body)});
    if (!answer && (tenants.size() == 1 || answer.error().code == "service_unreachable"))
      return answer.error();
    changed += answer ? 1 : 0;
    print(common.format,
          {{"tenant", tenant},
           {"result", answer ? done : answer.error().code},
           {"position", answer ? (*answer)["position"] : Json()}},
          tenant + "  "
              + (answer ? done + ", position " + (*answer)["position"].dump()
                        : answer.error().code + ": " + answer.error().text));
  }
  print_summary(common.format, {{"tenants", tenants.size()}, {"changed", changed}},
                fmt::format("{} of {} tenants {}.", changed, tenants.size(), done));
  return changed == tenants.size() ? exit_code::done : exit_code::does_not_hold;
}

} // namespace

Result<int> stop_all(const CommonOptions& common, const StopOptions& options) {
  Json body{{"reason", options.reason}, {"also_opt_outs", options.also_opt_outs}};
  if (!options.until.empty())
    body["until"] = options.until;
  return ask_for_each(common, "stop-all", body, "stopped");
}

Result<int> resume_all(const CommonOptions& common, const StopOptions& options) {
  return ask_for_each(common, "resume-all",
                      {{"reason", options.reason}, {"percent", options.percent}},
                      fmt::format("sending at {} %", options.percent));
}

} // namespace tidemark::tools
