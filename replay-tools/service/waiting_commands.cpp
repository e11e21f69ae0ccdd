#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string cell(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "-" : value.dump();
}

std::string seconds_cell(const Json& value) {
  return value.is_null() ? "-" : fmt::format("{:.0f} s", value.get<double>());
}

std::string rate_cell(const Json& value) {
  return value.is_null() ? "-" : fmt::format("{:.2f}", value.get<double>());
}

std::string count_cell(const Json& item, const char* name) {
  return cell(item[name]) + (item["at_least"].get<bool>() ? " or more" : "");
}

std::string level_text(const Json& level) {
  return fmt::format("{} in all: {} under 10 s, {} under 2 min, {} under 5 min, {} later",
                     cell(level["all"]), cell(level["under_10_s"]),
                     cell(level["from_10_s_to_2_min"]), cell(level["from_2_min_to_5_min"]),
                     cell(level["over_5_min"]));
}

} // namespace

Result<int> queues(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  TRY(items, service.items("/api/v1/queues"));
  if (common.format != Format::json)
    print_line(fmt::format("{:<26} {:>8} {:>10} {:>9} {:>9}  {:<10} {:>9} {:>7}", "QUEUE", "DEPTH",
                           "OLDEST", "IN/s", "OUT/s", "TREND", "DRAINED", "WORKERS"));
  std::uint64_t waiting = 0;
  for (const auto& item : items) {
    waiting += item["depth"].get<std::uint64_t>();
    print(common.format, item,
          fmt::format("{:<26} {:>8} {:>10} {:>9} {:>9}  {:<10} {:>9} {:>7}", cell(item["name"]),
                      count_cell(item, "depth"), seconds_cell(item["oldest_age_seconds"]),
                      rate_cell(item["rate_in"]), rate_cell(item["rate_out"]), cell(item["trend"]),
                      seconds_cell(item["seconds_to_drain"]), cell(item["workers"])));
  }
  print_summary(common.format, {{"queues", items.size()}, {"waiting", waiting}},
                fmt::format("{} queues, {} wait.", items.size(), waiting));
  return exit_code::done;
}

Result<int> overdue(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  TRY(items, service.items("/api/v1/overdue"));
  std::uint64_t count = 0;
  for (const auto& item : items) {
    count += item["count"].get<std::uint64_t>();
    print(common.format, item,
          fmt::format("{} {}{}, {}: the oldest since {} ({})\n         {}{}",
                      count_cell(item, "count"), cell(item["stage"]),
                      item["system"].is_null() ? "" : " of " + cell(item["system"]),
                      cell(item["reason_code"]), cell(item["oldest_at"]), cell(item["oldest"]),
                      cell(item["text"]),
                      item["next_step"].is_null() ? "" : " " + cell(item["next_step"])));
  }
  print_summary(common.format, {{"causes", items.size()}, {"overdue", count}},
                items.empty() ? "Nothing is older than five minutes."
                              : fmt::format("{} are older than five minutes, by {} causes.", count,
                                            items.size()));
  return items.empty() ? exit_code::done : exit_code::does_not_hold;
}

Result<int> service_level(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  TRY(items, service.items("/api/v1/sla"));
  std::uint64_t all = 0;
  for (const auto& item : items) {
    all += item["since_start"]["all"].get<std::uint64_t>();
    print(common.format, item,
          fmt::format("{}\n  of these in the last 24 h    {}\n  since {}    {}",
                      cell(item["connector"]), level_text(item["day"]), cell(item["since"]),
                      level_text(item["since_start"])));
  }
  print_summary(
      common.format, {{"systems", items.size()}, {"arrived", all}},
      fmt::format("{} systems, {} arrived since the service was started.", items.size(), all));
  return exit_code::done;
}

} // namespace tidemark::tools
