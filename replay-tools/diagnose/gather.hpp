#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"
#include "replay-tools/diagnose/facts.hpp"

namespace tidemark::tools {

/// Everything that the checks look at, found out side by side; each may take five seconds. Changes
/// nothing. `backups`: a folder of backups, "" for none.
Facts gather(const CommonOptions& common, const std::string& backups);

} // namespace tidemark::tools
