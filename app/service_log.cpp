#include "app/service_log.hpp"

#include "base/text/json_writer.hpp"
#include "base/time.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace tidemark::app {
namespace {

spdlog::logger& stderr_logger() {
  static const auto logger = [] {
    auto made = spdlog::stderr_logger_mt("tidemark");
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

constexpr std::string_view name_of(Level level) {
  switch (level) {
  case Level::debug:
    return "debug";
  case Level::info:
    return "info";
  case Level::warning:
    return "warning";
  case Level::error:
    break;
  }
  return "error";
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

} // namespace

void log_line(Level level, std::string_view event, LogMembers members) {
  if (!stderr_logger().should_log(level_of(level)))
    return;
  std::string line = "{\"time\":\"";
  line +=
      to_rfc3339(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
  line += "\",\"level\":\"";
  line += name_of(level);
  line += "\",\"event\":";
  json::append_string(line, event);
  for (const auto& [name, value] : members) {
    line += ",\"";
    line += name;
    line += "\":";
    json::append_string(line, json::to_valid_utf8(value));
  }
  line += "}";
  stderr_logger().log(level_of(level), line);
}

void show_debug_lines(bool shown) {
  stderr_logger().set_level(shown ? spdlog::level::debug : spdlog::level::info);
}

} // namespace tidemark::app
