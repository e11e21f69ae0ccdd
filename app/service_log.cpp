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
  return level == Level::info ? "info" : level == Level::warning ? "warning" : "error";
}

} // namespace

void log_line(Level level, std::string_view event, LogMembers members) {
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
  stderr_logger().log(level == Level::info      ? spdlog::level::info
                      : level == Level::warning ? spdlog::level::warn
                                                : spdlog::level::err,
                      line);
}

} // namespace tidemark::app
