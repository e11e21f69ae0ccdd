#include "replay-tools/replay/replay_verify.hpp"

#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>

namespace tidemark::tools {
namespace {

void print_report(Format format, const ReplayReport& report, double seconds) {
  const auto& first = report.first_difference;
  if (format == Format::text) {
    print_line(fmt::format("{} decisions: {} recomputed, {} by older rules, {} not recomputable; "
                           "{} differences; {:.2f} s",
                           report.decisions, report.recomputed, report.older_rules,
                           report.not_recomputable, report.differences, seconds));
    if (first)
      print_line(fmt::format("first difference at {}: {} (recorded: {}; now: {})",
                             first->position.value, first->what, first->recorded,
                             first->recomputed));
    return;
  }
  nlohmann::ordered_json summary{{"decisions", report.decisions},
                                 {"recomputed", report.recomputed},
                                 {"older_rules", report.older_rules},
                                 {"not_recomputable", report.not_recomputable},
                                 {"differences", report.differences}};
  summary["first_difference"] = nullptr;
  if (first)
    summary["first_difference"] = {{"position", first->position.value},
                                   {"what", first->what},
                                   {"recorded", first->recorded},
                                   {"recomputed", first->recomputed}};
  summary["seconds"] = seconds;
  print_summary(summary);
}

} // namespace

int replay_verify(DataFolder& folder, const CommonOptions& common, std::uint64_t from,
                  std::uint64_t to) {
  const auto end = folder.log().durable().value;
  if (from > end || (to > 0 && from > to))
    return report({"bad_usage", fmt::format("there is nothing from {} to {}: the log ends at {}",
                                            from, to > 0 ? to : end, end)});
  const auto hasher = folder.hasher();
  if (!hasher)
    return report(hasher.error());
  const auto started = std::chrono::steady_clock::now();
  const auto found = walk_decisions(folder.log(), *hasher, log_id_in(folder.path()),
                                    {from, to, TenantId(common.tenant)});
  if (!found)
    return report(found.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  print_report(common.format, *found, took.count());
  if (found->decisions > 0 && found->recomputed + found->older_rules == 0)
    return report({"nothing_recomputed", "none of the decisions could be recomputed, so nothing is "
                                         "proved: use the version of Tidemark that made them"}),
           exit_code::does_not_hold;
  return found->differences == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
