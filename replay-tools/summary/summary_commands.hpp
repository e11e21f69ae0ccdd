#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>

namespace tidemark::tools {

/// `tidemark summary`: a day (`2026-09-01`, UTC; "": the one that runs) in figures, also while the
/// service is stopped. Errors: bad_usage, and those of reading.
Result<int> day_summary(DataFolder& folder, const CommonOptions& common, const std::string& day);

/// `tidemark checklist`: the points to look at each morning, ticked. Exit 1 when one is not as it
/// should be. Errors: service_unreachable, and those of reading.
Result<int> checklist(DataFolder& folder, const CommonOptions& common);

} // namespace tidemark::tools
