#include "replay-tools/output.hpp"
#include "replay-tools/summary/day_figures.hpp"
#include "replay-tools/summary/disk_figures.hpp"
#include "replay-tools/summary/summary_commands.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

Timestamp summary_time() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Result<Timestamp> begin_of(const std::string& day) {
  if (day.empty())
    return Timestamp(std::chrono::floor<std::chrono::days>(summary_time()));
  const auto at = day.size() == 10 ? from_rfc3339(day + "T00:00:00Z") : std::nullopt;
  if (!at || *at > summary_time())
    return Error{"bad_usage", "--day is a day that has begun, by UTC, such as 2026-09-01"};
  return *at;
}

struct Summary {
  Timestamp from, until;
  DayFigures figures;
  std::optional<DiskFigures> disk;
  std::uint64_t growth = 0;
  std::optional<std::uint64_t> days;
};

std::string tally_text(const std::map<std::string, std::uint64_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, name);
  return out.empty() ? "none" : out;
}

double seconds_of(std::chrono::microseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

Json confirmed_json(const DayFigures& figures) {
  if (figures.confirmed_after.empty())
    return nullptr;
  return {{"count", figures.confirmed_after.size()},
          {"median_seconds", seconds_of(share_of(figures.confirmed_after, 0.5))},
          {"p95_seconds", seconds_of(share_of(figures.confirmed_after, 0.95))},
          {"longest_seconds", seconds_of(share_of(figures.confirmed_after, 1))}};
}

Json summary_json(const Summary& what) {
  const auto& figures = what.figures;
  Json disk;
  if (what.disk)
    disk = {{"used_bytes", what.disk->used},
            {"free_bytes", what.disk->free},
            {"growth_bytes", what.growth},
            {"days_until_full", what.days ? Json(*what.days) : Json()}};
  return {{"from", to_rfc3339(what.from)},
          {"until", to_rfc3339(what.until)},
          {"events", figures.events},
          {"bytes", figures.bytes},
          {"webhooks", figures.webhooks},
          {"deliveries", figures.deliveries},
          {"errors", figures.errors},
          {"opt_outs", figures.opt_outs},
          {"opt_outs_confirmed", confirmed_json(figures)},
          {"deadlines_missed", figures.deadlines_missed},
          {"violations", figures.violations},
          {"disk", std::move(disk)}};
}

void print_disk(const Summary& what) {
  if (!what.disk)
    return print_line("disk        it cannot be told how full it is");
  print_line(
      fmt::format("disk        the data folder holds {}, about {} of it of this day; {} free",
                  size_text(what.disk->used), size_text(what.growth), size_text(what.disk->free)));
  print_line(what.days ? fmt::format("            full in about {} days like this one", *what.days)
                       : "            nothing was added");
}

void print_text(const Summary& what) {
  const auto& figures = what.figures;
  print_line(fmt::format("{} to {}", to_rfc3339(what.from), to_rfc3339(what.until)));
  print_line(fmt::format("events      {} ({}), {} of them webhooks", figures.events,
                         size_text(figures.bytes), figures.webhooks));
  print_line("deliveries  " + tally_text(figures.deliveries));
  print_line("errors      " + tally_text(figures.errors));
  auto opt_outs = fmt::format("opt-outs    {} stated", figures.opt_outs);
  if (!figures.confirmed_after.empty())
    opt_outs += fmt::format(
        "; {} times a system confirmed one: half within {:.1f} s, 95 % within {:.1f} s, all within "
        "{:.1f} s",
        figures.confirmed_after.size(), seconds_of(share_of(figures.confirmed_after, 0.5)),
        seconds_of(share_of(figures.confirmed_after, 0.95)),
        seconds_of(share_of(figures.confirmed_after, 1)));
  print_line(opt_outs);
  print_line(fmt::format("            {} deadlines missed, {} messages behind an opt-out",
                         figures.deadlines_missed, figures.violations));
  print_disk(what);
}

} // namespace

Result<int> day_summary(DataFolder& folder, const CommonOptions& common, const std::string& day) {
  Summary what;
  TRY(from, begin_of(day));
  what.from = from;
  what.until = std::min<Timestamp>(from + 24h, summary_time());
  TRY(after, storage::position_at(folder.log(), from - 1us));
  TRY(last, storage::position_at(folder.log(), what.until - 1us));
  TRY(figures, day_figures(folder.log(), TenantId(common.tenant), after, last));
  what.figures = std::move(figures);
  what.disk = disk_figures(folder.path());
  if (what.disk) {
    what.growth = growth_of(*what.disk, last.value - after.value, folder.log().durable().value);
    what.days = days_left(*what.disk, what.growth);
  }
  if (common.format == Format::json)
    print_json(summary_json(what));
  else
    print_text(what);
  return exit_code::done;
}

} // namespace tidemark::tools
