#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>

namespace tidemark::tools {

struct AccessAudit {
  std::string by;    ///< only what this one did; "" for all
  std::string since; ///< RFC 3339
  std::string until; ///< RFC 3339, exclusive
};

/// `tidemark audit access`: who did, read and revealed what, of one tenant and of the installation,
/// in the order of the log. Errors: bad_usage, and those of reading.
Result<int> audit_access(DataFolder& folder, const CommonOptions& common, const AccessAudit& audit,
                         const RevealOptions& reveal);

} // namespace tidemark::tools
