#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <string>

namespace tidemark::tools {

/// `tidemark reload`: the running service reads its configuration again and uses what may be
/// another while it runs. Errors: bad_configuration with every fault (exit 64): nothing has
/// changed.
Result<int> reload(const CommonOptions& common);

/// `tidemark config diff`: the file against what the service runs with, or, when `example` is not
/// "", which keys are written in one of the two files alone. Exit 1 when something differs.
Result<int> config_diff(const CommonOptions& common, const std::string& example);

} // namespace tidemark::tools
