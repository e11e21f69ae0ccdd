#include "replay-tools/configuration/flag_commands.hpp"

#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string flag_line(const Json& flag) {
  std::string end;
  if (const auto& planned = flag["planned_end"]; planned.is_string())
    end = fmt::format(", {} {}", flag.value("is_over", false) ? "planned end OVER since" : "until",
                      planned.get<std::string>());
  return fmt::format("{:<20}  {:<8}  {:<3}  since {} by {}{}: {}{}", flag.value("agent", ""),
                     flag.value("channel", ""), flag.value("on", true) ? "on" : "OFF",
                     flag.value("since", ""), flag.value("by", ""), end, flag.value("reason", ""),
                     flag.value("configured", true) ? "" : " (no agent of the configuration)");
}

} // namespace

Result<int> set_flag(const CommonOptions& common, const FlagOptions& options) {
  Json body{{"agent", options.agent},
            {"channel", options.channel},
            {"on", options.on},
            {"reason", options.reason}};
  if (options.unlisted)
    body["unlisted"] = true;
  if (!options.until.empty())
    body["until"] = options.until;
  TRY(service, ServiceApi::open(common));
  TRY(done, service.ask("POST", "/api/v1/flags", to_text(body)));
  print(common.format, done,
        fmt::format("{} is {} for {}, position {}.", done.value("agent", ""),
                    options.on ? "on" : "off", done.value("channel", ""), done["position"].dump()));
  return exit_code::done;
}

Result<int> list_flags(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  TRY(flags, service.items("/api/v1/flags"));
  std::size_t off = 0;
  for (const auto& flag : flags) {
    off += flag.value("on", true) ? 0 : 1;
    print(common.format, flag, flag_line(flag));
  }
  print_summary(common.format, {{"flags", flags.size()}, {"off", off}},
                off == 0 ? "No agent is switched off." : fmt::format("{} switched off.", off));
  return exit_code::done;
}

} // namespace tidemark::tools
