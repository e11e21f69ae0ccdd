#pragma once
#include "replay-tools/command_line.hpp"

namespace tidemark::tools {

/// `tidemark status`: what the running service says about itself, on one screen. Exit code 1 when
/// it is not well, 69 when it does not run.
int status(const CommonOptions& common);

} // namespace tidemark::tools
