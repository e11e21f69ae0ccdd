#include "base/contains.hpp"
#include "connectors/shared/outbound.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr int shown_looks_max = 100; // two seconds in all
constexpr std::chrono::milliseconds look_at_shown_every{20};

/// Every connector as the service shows it.
Result<std::vector<Json>> shown_connectors(ServiceApi& service) {
  std::vector<Json> out;
  std::string after;
  do {
    TRY(page,
        service.ask("GET", "/api/v1/connectors?limit=100"
                               + (after.empty() ? std::string()
                                                : "&after=" + connectors::url_encoded(after))));
    for (auto& one : page["items"])
      out.push_back(std::move(one));
    const auto& next = page["next"];
    after = next.is_string() ? next.get<std::string>() : "";
  } while (!after.empty());
  return out;
}

/// Those that are written to, also one that has not reported since the start.
Result<std::vector<std::string>> all_connectors(ServiceApi& service) {
  std::vector<std::string> out;
  TRY(shown, shown_connectors(service));
  for (const auto& one : shown)
    if (one["settings"].value("receives", "true") != "false")
      out.push_back(one["name"].get<std::string>());
  return out;
}

/// The service shows its connectors anew twice a second. Whoever asks for its status next is to see
/// what was just done.
Status wait_until_shown(ServiceApi& service, const std::vector<std::string>& changed, bool paused) {
  for (int looks = 0; looks < shown_looks_max; ++looks) {
    TRY(shown, shown_connectors(service));
    const bool all = std::ranges::all_of(shown, [&](const Json& one) {
      const bool meant = contains(changed, one["name"].get<std::string>());
      return !meant || !one.contains("paused") || one["paused"].is_null() != paused;
    });
    if (all)
      break;
    std::this_thread::sleep_for(look_at_shown_every);
  }
  return Done{};
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
  std::vector<std::string> changed;
  for (const auto& name : which) {
    const auto answer = service.ask(
        "POST", "/api/v1/connectors/" + connectors::url_encoded(name) + "/" + deed, to_text(body));
    if (!answer && (!options.all || answer.error().code != "not_paused"))
      return answer.error();
    if (answer)
      changed.push_back(name);
    print(common.format,
          {{"connector", name},
           {"result", answer ? deed + "d" : "unchanged"},
           {"position", answer ? (*answer)["position"] : Json()}},
          name + "  "
              + (answer ? deed + "d, position " + (*answer)["position"].dump()
                        : "unchanged: it was not paused"));
  }
  TRYV(wait_until_shown(service, changed, deed == "pause"));
  print_summary(common.format, {{"connectors", which.size()}, {"changed", changed.size()}},
                fmt::format("{} of {} connectors {}d.", changed.size(), which.size(), deed));
  return Done{};
}

Json note_body(const NoteOptions& options) {
  Json out{{"reason", options.reason}};
  if (options.clear)
    return out;
  out["text"] = options.text;
  if (!options.link.empty())
    out["link"] = options.link;
  if (!options.until.empty())
    out["until"] = options.until;
  return out;
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

Result<int> note_outage(const CommonOptions& common, const NoteOptions& options) {
  TRY(service, ServiceApi::open(common));
  TRYV(service.check_connector(options.connector));
  const auto path = "/api/v1/connectors/" + connectors::url_encoded(options.connector) + "/note";
  TRY(answer,
      service.ask("POST", options.clear ? path + "/clear" : path, to_text(note_body(options))));
  const std::string result = options.clear ? "cleared" : "noted";
  print(common.format,
        {{"connector", options.connector}, {"result", result}, {"position", answer["position"]}},
        options.connector + "  " + result + ", position " + answer["position"].dump());
  return exit_code::done;
}

} // namespace tidemark::tools
