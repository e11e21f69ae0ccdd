#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <cstdint>
#include <string>

namespace tidemark::tools {

struct LogsOptions {
  std::string file;       ///< instead of `[service_log] dir`; `-`: standard input
  std::uint64_t last = 0; ///< 0: 100 where lines are shown, else all
  std::string level;      ///< that one and worse
  std::string since;      ///< RFC 3339, or an age such as 90m
  std::string until;
  std::string path;              ///< a route, or how it begins
  std::uint64_t slower_than = 0; ///< milliseconds
  std::string pattern;
  std::string request_id;
  bool by_type = false;
  bool follow = false;
  std::string to_file; ///< the lines as they are; must not be there yet
};

/// `tidemark logs`: lines of the service's own log. Errors: bad_usage, bad_pattern, cannot_be_read.
Result<int> logs(const CommonOptions& common, const LogsOptions& options);

} // namespace tidemark::tools
