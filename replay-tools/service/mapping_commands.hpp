#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>

namespace tidemark::tools {

struct RepairOptions {
  std::string phone, email; ///< at least one
  std::string reason;
};

/// `tidemark mappings repair`: has the running service map a contact wherever it is not, waits for
/// the decision and says for each system what was done or why not. Exit 0 when every system is
/// mapped or a delivery is on its way, else 1.
int mappings_repair(const CommonOptions& common, const RepairOptions& options);

struct MappingFilter {
  std::string connector; ///< "" for all
  std::string contact;   ///< contact id, phone, e-mail, connector:remote-id; "" for all
};

/// `tidemark mappings list`: which record is whose at the end of the log. Works on a stopped folder
/// too.
int mappings_list(DataFolder& folder, const CommonOptions& common, const MappingFilter& filter);

} // namespace tidemark::tools
