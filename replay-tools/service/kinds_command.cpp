#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string printed(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void print_seen(const Json& kinds, std::string_view heading) {
  if (kinds.empty())
    return;
  print_line(fmt::format("  {}:", heading));
  for (const auto& kind : kinds)
    print_line(fmt::format("    {:>8}  {:<34} {:<20} last {} (event {})", printed(kind["count"]),
                           kind["kind"] == "" ? "(no name)" : printed(kind["kind"]),
                           printed(kind["reason_code"]), printed(kind["last_at"]),
                           printed(kind["newest"])));
}

void print_connector(const Json& item) {
  print_line(fmt::format("{} ({}), since {}{}:", printed(item["connector"]), printed(item["title"]),
                         printed(item["since"]),
                         item["whole_day"].get<bool>() ? "" : ", as far back as is counted"));
  for (const auto& kind : item["handled"])
    print_line(fmt::format("    {:>8}  {:<34} {}{}", printed(kind["count"]), printed(kind["name"]),
                           printed(kind["about"]),
                           kind["allowed"].get<bool>() ? "" : " (not in allowed_events)"));
  print_seen(item["without_handler"], "came, and nothing acts on it");
  print_seen(item["ignored"], "came, and allowed_events ignores it");
}

} // namespace

Result<int> kinds(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  TRY(answer, service.ask("GET", "/api/v1/webhooks/kinds"));
  std::size_t missing = 0;
  for (const auto& item : answer["items"]) {
    missing += item["without_handler"].size();
    if (common.format == Format::json)
      print_json(item);
    else
      print_connector(item);
  }
  print_summary(common.format,
                {{"connectors", answer["items"].size()}, {"kinds_without_handler", missing}},
                fmt::format("{} kinds came that nothing acts on.", missing));
  return exit_code::done;
}

} // namespace tidemark::tools
