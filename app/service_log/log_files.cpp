#include "app/service_log/log_files.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

namespace tidemark::app {
namespace {

constexpr std::chrono::minutes between_file_looks{1};
constexpr ::mode_t log_file_mode = 0640; // the group reads what a collector of logs runs as
constexpr auto log_folder_mode = std::filesystem::perms::owner_all
                                 | std::filesystem::perms::group_read
                                 | std::filesystem::perms::group_exec;

using Days = std::chrono::sys_days;

Days log_day_of(Timestamp at) {
  return std::chrono::floor<std::chrono::days>(at);
}

/// Of the last line that an earlier start wrote.
std::optional<Days> day_written(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    return std::nullopt;
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds(std::chrono::seconds(found.st_mtime)));
}

void make_folder(const std::string& folder) {
  std::error_code failed; // that it is not there shows when the file is opened
  if (std::filesystem::create_directories(folder, failed))
    std::filesystem::permissions(folder, log_folder_mode, failed);
}

/// But for what is no file of ours, such as a link to a device.
void let_group_read(std::FILE* stream) {
  struct stat found {};
  if (::fstat(::fileno(stream), &found) == 0 && S_ISREG(found.st_mode))
    ::fchmod(::fileno(stream), log_file_mode);
}

bool goes_to_sync_log(Part part) {
  return part == Part::delivery || part == Part::connector || part == Part::sync
         || part == Part::backfill;
}

} // namespace

struct LogFiles::File {
  explicit File(std::string its_path) : path(std::move(its_path)) {}
  std::string path;
  std::unique_ptr<spdlog::sinks::rotating_file_sink_st> sink{}; ///< none: not open
  Days day{};
  std::optional<Timestamp> looked_at{};
};

LogFiles::LogFiles(std::string folder, Complaint complaint)
    : folder_(std::move(folder)),
      complaint_(std::move(complaint)), files_{std::make_unique<File>(folder_ + "/app.log"),
                                               std::make_unique<File>(folder_ + "/sync.log"),
                                               std::make_unique<File>(folder_ + "/error.log")} {}

LogFiles::~LogFiles() = default;

void LogFiles::write(Part part, Level level, const std::string& line, Timestamp now) {
  const std::lock_guard lock(guard_);
  const auto& [all, sync, errors] = files_;
  write_to(*all, level, line, now);
  if (goes_to_sync_log(part))
    write_to(*sync, level, line, now);
  if (level >= Level::warning)
    write_to(*errors, level, line, now);
}

void LogFiles::write_to(File& file, Level level, const std::string& line, Timestamp now) {
  try { // spdlog reports what the disk says by exception; it ends here
    look_after(file, now);
    if (!file.sink)
      return;
    file.sink->log({"", level >= Level::warning ? spdlog::level::warn : spdlog::level::info, line});
    file.sink->flush();
    is_told_ = is_told_ && !std::ranges::all_of(files_, [](const auto& one) {
                 return one->sink || !one->looked_at;
               });
  } catch (const std::exception& fault) {
    give_up(file, fault.what());
  }
}

/// Opens it at first, with each day, and when somebody took it away.
void LogFiles::look_after(File& file, Timestamp now) {
  if (file.sink && log_day_of(now) > file.day)
    return open(file, now);
  if (file.looked_at && now >= *file.looked_at && now - *file.looked_at < between_file_looks)
    return;
  file.looked_at = now;
  struct stat found {};
  if (!file.sink || ::stat(file.path.c_str(), &found) != 0)
    open(file, now);
}

void LogFiles::open(File& file, Timestamp now) {
  file.sink.reset();
  make_folder(folder_);
  const auto written = day_written(file.path);
  spdlog::file_event_handlers opened;
  opened.after_open = [](const auto&, std::FILE* stream) { let_group_read(stream); };
  file.sink = std::make_unique<spdlog::sinks::rotating_file_sink_st>(
      file.path, bytes_max, older_files, written && *written < log_day_of(now), opened);
  file.sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  file.day = log_day_of(now);
}

void LogFiles::give_up(File& file, const std::string& why) {
  file.sink.reset();
  if (!std::exchange(is_told_, true))
    complaint_(file.path, why);
}

} // namespace tidemark::app
