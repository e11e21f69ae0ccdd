#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string shown(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "-" : value.dump();
}

} // namespace

Result<int> list_alerts(const CommonOptions& common, bool resolved) {
  TRY(service, ServiceApi::open(common));
  TRY(items, service.items(std::string("/api/v1/alerts") + (resolved ? "?state=resolved" : "")));
  for (const auto& item : items)
    print(
        common.format, item,
        fmt::format("{:<8} {} since {}{}\n         {} [{}]", shown(item["severity"]),
                    shown(item["rule"]), shown(item["since"]),
                    item["resolved_at"].is_null() ? "" : ", over at " + shown(item["resolved_at"]),
                    shown(item["text"]), shown(item["subject"])));
  print_summary(common.format, {{"alerts", items.size()}},
                fmt::format("{} alerts{}.", items.size(), resolved ? " are over" : ""));
  return exit_code::done;
}

Result<int> list_receivers(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  TRY(items, service.items("/api/v1/alerts/receivers"));
  std::size_t failing = 0;
  for (const auto& item : items) {
    failing += item["failing_since"].is_null() ? 0 : 1;
    print(common.format, item,
          fmt::format("{} ({}{}): last told {}, {} pending{}", shown(item["name"]),
                      shown(item["kind"]), item["second_way"].get<bool>() ? ", second way" : "",
                      shown(item["last_told_at"]), shown(item["pending"]),
                      item["failing_since"].is_null()
                          ? ""
                          : "; FAILS since " + shown(item["failing_since"]) + ": "
                                + shown(item["error"])));
  }
  print_summary(common.format, {{"receivers", items.size()}, {"failing", failing}},
                items.empty() ? "Nobody is told of alerts: [[alerts.receivers]] names receivers."
                              : fmt::format("{} receivers, {} fail.", items.size(), failing));
  return failing == 0 ? exit_code::done : exit_code::does_not_hold;
}

Result<int> test_receivers(const CommonOptions& common, const std::string& receiver) {
  TRY(service, ServiceApi::open(common));
  std::vector<std::string> names;
  if (receiver.empty()) {
    TRY(items, service.items("/api/v1/alerts/receivers"));
    for (const auto& item : items)
      names.push_back(shown(item["name"]));
  } else {
    names.push_back(receiver);
  }
  if (names.empty())
    return Error{"bad_usage", "nobody is told of alerts: add [[alerts.receivers]]"};
  std::size_t failed = 0;
  for (const auto& name : names) {
    TRY(item, service.ask("POST", "/api/v1/alerts/receivers/" + name + "/test"));
    const bool taken = item["taken"].get<bool>();
    failed += taken ? 0 : 1;
    print(common.format, item,
          taken ? name + " took it" : name + " did NOT take it: " + shown(item["error"]));
  }
  print_summary(common.format, {{"receivers", names.size()}, {"failed", failed}},
                fmt::format("{} of {} took a test message.", names.size() - failed, names.size()));
  return failed == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
