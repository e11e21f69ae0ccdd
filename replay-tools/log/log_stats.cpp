#include "base/time.hpp"
#include "events/codec.hpp"
#include "replay-tools/log/log_commands.hpp"
#include "replay-tools/log/stream_names.hpp"
#include "replay-tools/output.hpp"
#include "storage/log_store.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace tidemark::tools {
namespace {

std::string group_of(const events::RecordHeader& header, StatsBy by) {
  switch (by) {
  case StatsBy::stream:
    return without_ids(header.stream);
  case StatsBy::connector:
    return std::string(connector_in(header.stream));
  case StatsBy::hour:
    return hour_of(header.recorded_at);
  case StatsBy::type:
    break;
  }
  return std::string(header.type);
}

std::string_view member_of(StatsBy by) {
  switch (by) {
  case StatsBy::stream:
    return "stream";
  case StatsBy::connector:
    return "connector";
  case StatsBy::hour:
    return "hour";
  case StatsBy::type:
    break;
  }
  return "type";
}

struct EventCount {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  void add(std::size_t size) {
    ++events;
    bytes += size;
  }
};

std::string stats_line(std::string_view name, const EventCount& of) {
  return fmt::format("{:<30} {:>10} events {:>14} bytes", name.empty() ? "(none)" : name, of.events,
                     of.bytes);
}

} // namespace

Result<int> log_stats(DataFolder& folder, const CommonOptions& common, StatsBy by) {
  std::map<std::string, EventCount> groups;
  EventCount all;
  Timestamp first{};
  Timestamp newest{};
  const auto count = [&](std::string_view record) -> Result<bool> {
    TRY(header, events::read_header(record));
    if (!common.tenant.empty() && header.tenant != common.tenant)
      return true;
    groups[group_of(header, by)].add(record.size());
    all.add(record.size());
    if (all.events == 1)
      first = header.recorded_at;
    newest = header.recorded_at;
    return true;
  };
  TRYV(storage::read_each(folder.log(), Position{}, SIZE_MAX, count));
  for (const auto& [name, of] : groups)
    print(common.format,
          {{std::string(member_of(by)),
            name.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(name)},
           {"events", of.events},
           {"bytes", of.bytes}},
          stats_line(name, of));
  const auto time = [&](Timestamp at) {
    return all.events > 0 ? nlohmann::ordered_json(to_rfc3339(at)) : nullptr;
  };
  print_summary(common.format,
                {{"events", all.events},
                 {"bytes", all.bytes},
                 {"first", time(first)},
                 {"last", time(newest)}},
                stats_line("all", all));
  return exit_code::done;
}

} // namespace tidemark::tools
