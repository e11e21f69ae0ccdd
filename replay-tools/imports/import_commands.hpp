#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <cstdint>
#include <string>

namespace tidemark::tools {

struct ImportOptions {
  std::string file;
  std::string channel = "all"; ///< what a row closes that names no channel
  std::string reason;          ///< what list it is; not needed for a dry run
  std::uint64_t rate = 2'000;  ///< addresses a second, at most
  bool dry_run = false;
  std::string source; ///< of contacts and messages: the system whose ids the list has; "" none
};
/// `tidemark import opt-outs FILE`: has the running service take a list of opt-outs, names the rows
/// that are bad, and goes on where an earlier run of the same file ended. Exit 0 when every row was
/// taken, now or before; 1 when some were bad.
Result<int> import_opt_outs(const CommonOptions& common, const ImportOptions& options);
/// `tidemark import contacts FILE`: the same with a list of contacts. A dry run says how many are
/// new, changed and the same.
Result<int> import_contacts(const CommonOptions& common, const ImportOptions& options);
/// `tidemark import messages FILE`: the same with a list of messages that were said before. A dry
/// run says how many are of people who are not known, and how many are opt-outs.
Result<int> import_messages(const CommonOptions& common, const ImportOptions& options);

} // namespace tidemark::tools
