#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>

namespace tidemark::tools {

/// `tidemark lists`: members, waiting and errors of each list that contacts were put on, as
/// `GET /api/v1/lists` shows them. Works on a stopped folder too.
int lists_show(DataFolder& folder, const CommonOptions& common, const std::string& connector);

/// `tidemark lists rebuild CONNECTOR`: has the running service ask for every contact's lists again;
/// with `dry_run` only says, for each contact, what would be asked for.
int lists_rebuild(const CommonOptions& common, const std::string& connector, bool dry_run);

} // namespace tidemark::tools
