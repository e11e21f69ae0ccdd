#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidemark::tools {

struct LogLevelOptions {
  std::vector<std::string> changes; ///< `delivery=debug`, or `DEBUG=config:*,queue`
  std::string lasts;                ///< such as 30m; "": until the next start
};

/// Part and level of each change. Error: bad_usage.
Result<std::vector<std::pair<std::string, std::string>>>
log_level_wishes(const std::vector<std::string>& changes);

/// `tidemark log-level`: what the service's own log writes, of each part; with changes, from now
/// on.
Result<int> log_level(const CommonOptions& common, const LogLevelOptions& options);

} // namespace tidemark::tools
