#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>

/// `tidemark audit opt-outs`: what was said, who was told, what was sent all the same. Folded from
/// the log itself, so it needs no tables and says the same on a copy of the folder.
namespace tidemark::tools {

struct AuditOptions {
  std::string address; ///< in any form
  bool all = false;    ///< every address that said something
  std::string as_of;   ///< RFC 3339: only what had been received by then
  std::string from;    ///< RFC 3339: history, confirmations and violations from then on
  std::string until;   ///< RFC 3339, exclusive
  std::string out;     ///< file for the report
};

/// Exit 1 when a message left to an address that was closed, or events are of unknown types.
Result<int> audit_opt_outs(DataFolder& folder, const CommonOptions& common,
                           const AuditOptions& options, const RevealOptions& reveal);

} // namespace tidemark::tools
