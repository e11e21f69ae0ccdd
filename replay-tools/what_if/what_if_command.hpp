#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>

namespace tidemark::tools {

struct WhatIfOptions {
  std::string with;  ///< configuration file, "" for what was recorded
  std::string rules; ///< "today", "" when it is not asked for
  std::string words; ///< file of further opt-out words, "" for none
  std::string contact, since, until;
};

/// `tidemark replay what-if`: what would differ had the recorded inputs been decided otherwise.
/// Reads only, and sends nothing. Errors: bad_configuration for a file with faults; bad_usage,
/// not_found; those of reading.
Result<int> what_if(DataFolder& folder, const CommonOptions& common, const WhatIfOptions& options,
                    const RevealOptions& reveal);

} // namespace tidemark::tools
