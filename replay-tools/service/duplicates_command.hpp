#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

namespace tidemark::tools {

/// `tidemark duplicates list`: contacts that may be one person, as far as the tables reach. Works
/// on a stopped folder too. Always exit 0: a proposal is no fault.
int duplicates_list(DataFolder& folder, const CommonOptions& common);

} // namespace tidemark::tools
