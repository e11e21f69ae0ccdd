#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>
#include <vector>

/// `tidemark explain`: the chain from cause to outcome in plain words.
namespace tidemark::tools {

struct ExplainOptions {
  std::string contact;             ///< KEY
  std::uint64_t webhook = 0;       ///< position
  std::string delivery;            ///< id
  std::string target;              ///< only this system
  std::string at;                  ///< of a contact: its state at this position or time
  std::vector<std::string> diff{}; ///< two of these: what changed between them
};

Result<int> explain(DataFolder& folder, const CommonOptions& common, const ExplainOptions& options,
                    const RevealOptions& reveal);

} // namespace tidemark::tools
