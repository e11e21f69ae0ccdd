#include "replay-tools/replay_verify.hpp"

#include "events/codec.hpp"
#include "replay-tools/output.hpp"
#include "storage/stored_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <vector>

namespace tidemark::tools {
namespace {

class Walk {
public:
  Walk(Recomputer& recomputer, std::uint64_t from) : recomputer_(recomputer), from_(from) {}

  /// False after an error.
  bool add(events::StoredEvent event) {
    if (!continues(event.envelope) && !close())
      return false;
    group_.push_back(std::move(event));
    return true;
  }

  /// Does the event belong to the append that is being collected?
  bool continues(const events::Envelope& next) const {
    return !group_.empty() && same_append(group_.back().envelope, next);
  }

  /// Feeds what is collected; false after an error.
  bool close() {
    if (group_.empty())
      return true;
    const bool counted = group_.front().envelope.position.value >= from_;
    const auto result = recomputer_.feed(group_, counted);
    group_.clear();
    if (!result) {
      failure_ = result.error();
      return false;
    }
    if (counted)
      count(*result);
    return true;
  }

  const Error& failure() const { return failure_; }
  ReplayReport take() { return std::move(report_); }

private:
  static bool same_append(const events::Envelope& a, const events::Envelope& b) {
    return a.decider != events::Decider::none && a.decider == b.decider && a.cause == b.cause
           && a.command_index == b.command_index;
  }

  void count(const Recomputed& result) {
    using Kind = Recomputed::Kind;
    if (result.kind == Kind::input)
      return;
    ++report_.decisions;
    report_.recomputed += result.kind == Kind::same_rules ? 1 : 0;
    report_.older_rules += result.kind == Kind::older_rules ? 1 : 0;
    report_.not_recomputable += result.kind == Kind::not_recomputable ? 1 : 0;
    if (!result.difference || result.kind != Kind::same_rules)
      return;
    ++report_.differences;
    if (!report_.first_difference)
      report_.first_difference = result.difference;
  }

  Recomputer& recomputer_;
  std::uint64_t from_;
  std::vector<events::StoredEvent> group_;
  ReplayReport report_;
  Error failure_;
};

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

std::string incarnation_of(const std::string& data_dir) {
  std::ifstream file(data_dir + "/incarnation"); // hex
  std::string text;
  file >> text;
  return text;
}

} // namespace

Result<ReplayReport> walk_decisions(const storage::LogStore& log, Recomputer& recomputer,
                                    std::uint64_t from, std::uint64_t to) {
  Walk walk(recomputer, from);
  Error failure;
  const auto last = log.read(Position{}, SIZE_MAX, [&](std::string_view record) {
    auto event = storage::stored_event(record);
    if (!event) {
      failure = event.error();
      return false;
    }
    // An append that reaches beyond `to` is looked at whole.
    if (to > 0 && event->envelope.position.value > to && !walk.continues(event->envelope))
      return false;
    return walk.add(std::move(*event));
  });
  if (!last)
    return last.error();
  if (failure.code.empty() && walk.failure().code.empty())
    walk.close();
  if (!failure.code.empty() || !walk.failure().code.empty())
    return failure.code.empty() ? walk.failure() : failure;
  return walk.take();
}

int replay_verify(DataFolder& folder, const CommonOptions& common, std::uint64_t from,
                  std::uint64_t to) {
  const auto hasher = hasher_of(folder.path());
  if (!hasher)
    return report(hasher.error());
  const auto recomputer = make_recomputer(*hasher, incarnation_of(folder.path()));
  const auto started = std::chrono::steady_clock::now();
  const auto found = walk_decisions(folder.log(), *recomputer, from, to);
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
