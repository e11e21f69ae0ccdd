#pragma once
#include "replay-tools/data_folder.hpp"
#include "replay-tools/what_if/what_if_command.hpp"

namespace tidemark::tools {

/// Says how what was asked about would be adopted: which values would change, and the commands for
/// it. Changes nothing. Errors: those of asking the running service.
Status print_adoption(DataFolder& folder, const CommonOptions& common,
                      const WhatIfOptions& options);

} // namespace tidemark::tools
