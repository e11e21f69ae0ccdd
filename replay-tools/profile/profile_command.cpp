#include "replay-tools/profile/profile_command.hpp"

#include "replay-tools/configuration/installation.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view ended_threads = "(ended meanwhile)";

std::string mebibytes(std::uint64_t bytes) {
  constexpr double mebibyte = 1U << 20U;
  return fmt::format("{:.0f} MiB", static_cast<double>(bytes) / mebibyte);
}

std::uint64_t number(const Json& of, const char* name) {
  return of.value(name, std::uint64_t{0});
}

void print_databases(const CommonOptions& common, const Json& profile) {
  for (const auto& db : profile["databases"])
    print(common.format, db,
          fmt::format("  database {}: {} of {} block cache, {} not written to files yet",
                      db.value("name", ""), mebibytes(number(db, "block_cache")),
                      mebibytes(number(db, "block_cache_max")),
                      mebibytes(number(db, "memtables"))));
}

} // namespace

std::string trend_sentence(const Json& memory) {
  const auto trend = memory.value("trend", "");
  const auto minutes = number(memory, "minutes");
  if (trend == "not_known")
    return fmt::format("Whether it rises cannot be told yet: it was looked at for {} minutes, and "
                       "15 are needed.",
                       minutes);
  const auto figures = fmt::format(
      "{} in the first third of the last {} minutes, {} in the last third; {} at least, {} at most",
      mebibytes(number(memory, "begun")), minutes, mebibytes(number(memory, "ended")),
      mebibytes(number(memory, "least")), mebibytes(number(memory, "most")));
  if (trend == "rises")
    return "It rises: " + figures + ". After a start that is usual; look again in an hour.";
  return (trend == "falls" ? "It falls: " : "It does not rise: ") + figures + ".";
}

Result<int> profile_memory(const CommonOptions& common) {
  TRY(profile, ask_installation(common, "GET", "/api/v1/profile"));
  const auto& limit = profile["limit"];
  const auto resident = number(profile, "resident");
  if (common.format == Format::text) {
    print_line(fmt::format("{} in use{}", mebibytes(resident),
                           limit.is_null() ? ""
                                           : " of " + mebibytes(limit.get<std::uint64_t>())
                                                 + " that it may have"));
    print_line(trend_sentence(profile["memory"]));
    print_line("Of it:");
  }
  print_databases(common, profile);
  if (common.format == Format::text)
    print_line(fmt::format("  {} contacts awake, {} actors that follow the log, {} inputs and {} "
                           "deliveries that wait; the rest is the program's own",
                           number(profile, "contacts_awake"), number(profile, "followers"),
                           number(profile, "inputs_waiting"), number(profile, "deliveries_open")));
  else
    print_summary({{"resident", resident},
                   {"limit", limit},
                   {"memory", profile["memory"]},
                   {"contacts_awake", profile["contacts_awake"]},
                   {"followers", profile["followers"]},
                   {"inputs_waiting", profile["inputs_waiting"]},
                   {"deliveries_open", profile["deliveries_open"]}});
  return exit_code::done;
}

std::vector<ThreadUse> thread_use(const Json& before, const Json& after) {
  std::map<std::string, std::uint64_t> earlier;
  for (const auto& one : before["threads"])
    earlier[one.value("name", "")] = number(one, "milliseconds");
  const auto since = [](std::uint64_t now, std::uint64_t then) {
    return now - std::min(now, then);
  };
  std::vector<ThreadUse> out;
  std::uint64_t seen = 0;
  for (const auto& one : after["threads"]) {
    auto name = one.value("name", "");
    const auto used = since(number(one, "milliseconds"), earlier[name]);
    seen += used;
    out.push_back({std::move(name), number(one, "threads"), used});
  }
  constexpr std::uint64_t rounding = 100; // ticks of a hundredth of a second, of each thread
  const auto all = since(number(after, "milliseconds"), number(before, "milliseconds"));
  if (all > seen + rounding)
    out.push_back({std::string(ended_threads), 0, all - seen});
  std::ranges::stable_sort(out, std::ranges::greater{}, &ThreadUse::milliseconds);
  return out;
}

Result<int> profile_cpu(const CommonOptions& common, std::uint32_t seconds) {
  TRY(before, ask_installation(common, "GET", "/api/v1/profile"));
  const auto begun = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  TRY(after, ask_installation(common, "GET", "/api/v1/profile"));
  if (before["process_id"] != after["process_id"])
    return Error{"service_unreachable", "the service was started again meanwhile; ask anew"};
  const auto lasted =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  const auto percent = [&](std::uint64_t used) {
    return static_cast<double>(used) * 100 / std::max(1.0, lasted);
  };
  std::uint64_t all = 0;
  if (common.format == Format::text)
    print_line(fmt::format("{:<18}{:>8}{:>10}{:>8}", "threads", "number", "seconds", "%"));
  for (const auto& one : thread_use(before, after)) {
    all += one.milliseconds;
    print(common.format,
          {{"name", one.name}, {"threads", one.threads}, {"milliseconds", one.milliseconds}},
          fmt::format("{:<18}{:>8}{:>10.2f}{:>8.1f}", one.name, one.threads,
                      static_cast<double>(one.milliseconds) / 1000, percent(one.milliseconds)));
  }
  const auto process = after["process_id"].dump();
  print_summary(common.format,
                {{"milliseconds", all},
                 {"seconds", seconds},
                 {"processors", after["processors"]},
                 {"process_id", after["process_id"]}},
                fmt::format("{:.1f} % of one processor of {}. This is time by thread and names no "
                            "functions; for those: perf top -g -p {}",
                            percent(all), number(after, "processors"), process));
  return exit_code::done;
}

} // namespace tidemark::tools
