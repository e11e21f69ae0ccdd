#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>

namespace tidemark::tools {

/// `tidemark compliance KEY`: which channels of a person are closed, what was sent, and what the
/// person agreed to. Asks the running service. Errors: service_unreachable, not_found, and what the
/// API refuses.
Result<int> compliance(DataFolder& folder, const CommonOptions& common, const std::string& key,
                       const RevealOptions& reveal);

} // namespace tidemark::tools
