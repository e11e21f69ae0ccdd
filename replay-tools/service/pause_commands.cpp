#include "connectors/shared/outbound.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

/// Those that are written to, also one that has not reported since the start.
Result<std::vector<std::string>> all_connectors(ServiceApi& service) {
  std::vector<std::string> out;
  std::string after;
  do {
    TRY(page,
        service.ask("GET", "/api/v1/connectors?limit=100"
                               + (after.empty() ? std::string()
                                                : "&after=" + connectors::url_encoded(after))));
    for (const auto& one : page["items"])
      if (one["settings"].value("receives", "true") != "false")
        out.push_back(one["name"].get<std::string>());
    const auto& next = page["next"];
    after = next.is_string() ? next.get<std::string>() : "";
  } while (!after.empty());
  return out;
}

/// `deed`: pause or resume.
Status ask_each(const CommonOptions& common, const PauseOptions& options, const std::string& deed,
                const Json& body) {
  TRY(service, ServiceApi::open(common));
  std::vector<std::string> which{options.connector};
  if (options.all) {
    TRY(all, all_connectors(service));
    which = std::move(all);
  } else {
    TRYV(service.check_connector(options.connector));
  }
  std::size_t changed = 0;
  for (const auto& name : which) {
    const auto answer = service.ask(
        "POST", "/api/v1/connectors/" + connectors::url_encoded(name) + "/" + deed, to_text(body));
    if (!answer && (!options.all || answer.error().code != "not_paused"))
      return answer.error();
    changed += answer ? 1 : 0;
    print(common.format,
          {{"connector", name},
           {"result", answer ? deed + "d" : "unchanged"},
           {"position", answer ? (*answer)["position"] : Json()}},
          name + "  "
              + (answer ? deed + "d, position " + (*answer)["position"].dump()
                        : "unchanged: it was not paused"));
  }
  print_summary(common.format, {{"connectors", which.size()}, {"changed", changed}},
                fmt::format("{} of {} connectors {}d.", changed, which.size(), deed));
  return Done{};
}

} // namespace

Result<int> pause(const CommonOptions& common, const PauseOptions& options) {
  Json body{{"reason", options.reason}, {"hold_opt_outs", options.hold_opt_outs}};
  if (!options.until.empty())
    body["until"] = options.until;
  TRYV(ask_each(common, options, "pause", body));
  return exit_code::done;
}

Result<int> resume(const CommonOptions& common, const PauseOptions& options) {
  TRYV(ask_each(common, options, "resume", {{"reason", options.reason}}));
  return exit_code::done;
}

} // namespace tidemark::tools
