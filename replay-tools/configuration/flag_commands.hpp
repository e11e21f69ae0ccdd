#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <string>

namespace tidemark::tools {

struct FlagOptions {
  std::string agent; ///< its key in the configuration, or a user's id in a system
  std::string channel;
  bool on = false; ///< else off
  bool unlisted = false;
  std::string until; ///< when it is planned to be on again, RFC 3339; "" not stated
  std::string reason;
};

/// `tidemark flags set`: the running service sends nothing any more of what the agent writes in the
/// channel, or sends it again. Errors: what the API refuses.
Result<int> set_flag(const CommonOptions& common, const FlagOptions& options);
/// `tidemark flags list`: who is switched off where, and what was said last of those that are on.
Result<int> list_flags(const CommonOptions& common);

} // namespace tidemark::tools
