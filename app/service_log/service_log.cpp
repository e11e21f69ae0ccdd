#include "app/service_log/service_log.hpp"

#include "app/service_log/log_files.hpp"
#include "base/text/json_writer.hpp"
#include "base/time.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

namespace tidemark::app {
namespace {

spdlog::logger& stderr_logger() {
  static const auto logger = [] {
    auto made = spdlog::stderr_logger_mt("tidemark");
    made->set_pattern("%v");
    made->set_level(spdlog::level::debug); // what is left out is decided before
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

struct LogState {
  LogLevels levels;
  std::mutex guard;
  std::shared_ptr<LogFiles> files;
};

LogState& log_state() {
  static LogState state;
  return state;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
  case Level::debug:
    return spdlog::level::debug;
  case Level::info:
    return spdlog::level::info;
  case Level::warning:
    return spdlog::level::warn;
  case Level::error:
    break;
  }
  return spdlog::level::err;
}

std::string line_of(Timestamp now, Part part, Level level, std::string_view event,
                    LogMembers members) {
  std::string line = "{\"time\":\"";
  line += to_rfc3339(now);
  line += "\",\"level\":\"";
  line += name_of(level);
  line += "\",\"part\":\"";
  line += name_of(part);
  line += "\",\"event\":";
  json::append_string(line, event);
  for (const auto& [name, value] : members) {
    line += ",\"";
    line += name;
    line += "\":";
    json::append_string(line, json::to_valid_utf8(value));
  }
  line += "}";
  return line;
}

Timestamp log_time() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Only on stderr: the files are what it is about.
void complain(const std::string& file, const std::string& why) {
  stderr_logger().log(spdlog::level::warn,
                      line_of(log_time(), Part::service, Level::warning, "service_log_not_written",
                              {{"file", file}, {"text", why}}));
}

std::shared_ptr<LogFiles> log_files() {
  const std::lock_guard lock(log_state().guard);
  return log_state().files;
}

} // namespace

LogLevels& log_levels() {
  return log_state().levels;
}

bool is_logged(Part part, Level level) {
  return level >= log_levels().of(part);
}

void write_log_files(const std::string& folder) {
  auto files = folder.empty() ? nullptr : std::make_shared<LogFiles>(folder, complain);
  const std::lock_guard lock(log_state().guard);
  log_state().files = std::move(files);
}

void log_line(Part part, Level level, std::string_view event, LogMembers members) {
  if (!is_logged(part, level))
    return;
  const auto now = log_time();
  const auto line = line_of(now, part, level, event, members);
  stderr_logger().log(level_of(level), line);
  if (const auto files = log_files())
    files->write(part, level, line, now);
}

} // namespace tidemark::app
