#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>
#include <vector>

namespace tidemark::tools {

/// `tidemark rebuild`: folds the tables anew, compares them with the live ones at the same
/// position, and puts what differs in place; of one tenant alone with `--tenant`. Beside a running
/// service, which goes on; of a folder at rest whole tables are replaced. Exit 1 when one differed.
Result<int> rebuild_tables(const CommonOptions& common, const std::vector<std::string>& names);

} // namespace tidemark::tools
