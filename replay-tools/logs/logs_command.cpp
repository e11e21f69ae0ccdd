#include "replay-tools/logs/logs_command.hpp"

#include "config/load.hpp"
#include "replay-tools/logs/line_filter.hpp"
#include "replay-tools/logs/log_source.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>

namespace tidemark::tools {
namespace {

constexpr std::size_t lines_shown = 100;

Timestamp time_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Status check_together(const LogsOptions& options) {
  const auto refuse = [](const char* text) { return Error{"bad_usage", text}; };
  if (options.follow && options.by_type)
    return refuse("--follow shows lines as they come: --by-type counts those that are there");
  if (options.follow && !options.to_file.empty())
    return refuse("--follow does not end: --export needs lines that are there");
  if (options.follow && !options.until.empty())
    return refuse("--follow shows what is to come: leave --until out");
  if (options.by_type && !options.to_file.empty())
    return refuse("--export writes lines: --by-type counts them");
  return Done{};
}

/// Which files, the oldest first; one that does not exist yet, in a folder that does, has no lines.
/// Warnings reach further back in the file that has nothing else.
Result<std::vector<std::string>> files_of(const CommonOptions& common, const LogsOptions& options,
                                          const LineFilter& filter) {
  if (!options.file.empty())
    return std::vector{options.file};
  TRY(folder, config::configured_service_log_dir(common.config));
  if (folder.empty())
    return Error{
        "bad_usage",
        "the configuration has no [service_log] dir: name a file with --file, or hand over "
        "journald's: journalctl -u tidemark -o cat | tidemark logs --file -"};
  auto files = rotated_files(folder, filter.only_failures() ? "error" : "app");
  std::error_code unseen;
  if (!options.follow && std::filesystem::is_directory(folder, unseen)
      && !std::filesystem::exists(files.back(), unseen) && !unseen)
    files.pop_back();
  return files;
}

struct EventTally {
  std::uint64_t lines = 0;
  std::string last;
};

class LogsRun {
public:
  LogsRun(Format format, LineFilter filter, const LogsOptions& options)
      : format_(format), filter_(std::move(filter)), options_(options) {
    const bool shows_all = options.by_type || !options.to_file.empty();
    keep_ = options.last > 0 ? options.last : shows_all ? SIZE_MAX : lines_shown;
  }

  void keep(std::string_view text) {
    const auto line = wanted(text);
    if (!line)
      return;
    ++matched_;
    kept_.push_back(*line);
    if (options_.by_type && keep_ == SIZE_MAX) { // of all that match only the counts are kept
      tally(kept_.back());
      kept_.pop_back();
    }
    if (kept_.size() > keep_)
      kept_.pop_front();
  }

  void show_at_once(std::string_view text) {
    if (const auto line = wanted(text))
      show(*line);
  }

  void show_kept() {
    for (const auto& line : kept_)
      show(line);
    kept_.clear();
  }

  void show_counts() {
    for (const auto& line : kept_)
      tally(line);
    std::vector<std::pair<std::string, EventTally>> sorted(tallies_.begin(), tallies_.end());
    std::ranges::stable_sort(
        sorted, [](const auto& a, const auto& b) { return a.second.lines > b.second.lines; });
    for (const auto& [event, one] : sorted)
      print(format_, {{"event", event}, {"lines", one.lines}, {"last", one.last}},
            fmt::format("{:>8}  {:<28}  last {}", one.lines, event, one.last));
  }

  Status write_kept(const std::string& path) {
    std::error_code unseen;
    if (std::filesystem::exists(path, unseen))
      return Error{"bad_usage", path + " is there already: name another file"};
    std::ofstream file(path, std::ios::binary);
    for (const auto& line : kept_)
      file << line.raw << '\n';
    file.flush();
    if (!file)
      return Error{"storage_failed", path + " could not be written"};
    return Done{};
  }

  void summarise() const {
    const auto shown = std::min<std::uint64_t>(matched_, keep_);
    auto text = matched_ == 0 ? std::string("no line matches")
                              : fmt::format("{} of {} lines that match", shown, matched_);
    if (shown < matched_)
      text += ", the newest; --last N for more";
    if (foreign_ > 0)
      text += fmt::format("; {} lines are not of the service's log", foreign_);
    print_summary(format_, {{"lines", shown}, {"matched", matched_}, {"foreign", foreign_}}, text);
  }

private:
  std::optional<LogLine> wanted(std::string_view text) {
    auto line = read_log_line(text);
    if (!line) {
      foreign_ += text.empty() ? 0 : 1;
      return std::nullopt;
    }
    return filter_.takes(*line) ? std::move(line) : std::nullopt;
  }

  void tally(const LogLine& line) {
    auto& one = tallies_[line.text("event")];
    ++one.lines;
    one.last = line.text("time");
  }

  void show(const LogLine& line) { print(format_, line.members, shown_line(line)); }

  const Format format_;
  const LineFilter filter_;
  const LogsOptions& options_;
  std::size_t keep_ = 0;
  std::uint64_t matched_ = 0, foreign_ = 0;
  std::deque<LogLine> kept_;
  std::map<std::string, EventTally> tallies_;
};

} // namespace

Result<int> logs(const CommonOptions& common, const LogsOptions& options) {
  TRYV(check_together(options));
  TRY(filter, LineFilter::of(options, time_now()));
  TRY(files, files_of(common, options, filter));
  LogsRun run(common.format, std::move(filter), options);
  const auto at_once = [&](std::string_view line) { run.show_at_once(line); };
  if (options.follow && files.back() == "-") {
    TRYV(read_lines(files, false, at_once));
    return exit_code::done;
  }
  TRY(read_to, read_lines(files, options.follow, [&](std::string_view line) { run.keep(line); }));
  if (options.by_type) {
    run.show_counts();
  } else if (!options.to_file.empty()) {
    TRYV(run.write_kept(options.to_file));
  } else {
    run.show_kept();
  }
  if (options.follow)
    follow_lines(files.back(), read_to, at_once);
  else
    run.summarise();
  return exit_code::done;
}

} // namespace tidemark::tools
