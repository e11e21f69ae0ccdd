#pragma once
#include "replay-tools/command_line.hpp"

#include <string>

namespace tidemark::tools {

struct BackfillOptions {
  std::string connector;
  bool reconcile = false;
  bool dry_run = false;
};

/// Asks the running service to list the system's contacts, shows how it goes, and ends with the
/// summary. The same kind of run that is under way is shown instead of a second one; another kind
/// is busy. Gives the exit code.
int backfill(const CommonOptions& common, const BackfillOptions& options);

} // namespace tidemark::tools
