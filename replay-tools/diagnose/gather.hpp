#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"
#include "replay-tools/diagnose/facts.hpp"

namespace tidemark::tools {

ConfigurationFacts about_configuration(const std::string& file);
/// `folder`: on the disk that is looked at.
MachineFacts about_machine(const std::string& folder);
FolderFacts about_folder(const CommonOptions& common, const std::string& path);
ServiceFacts about_service(const CommonOptions& common, const std::string& dir);
/// Those of another log than that in `data_dir` count for nothing; where none is, all count.
BackupFact about_backups(const std::string& folder, const std::string& data_dir);
/// What `tidemark test` says of every system in the time it has.
struct Probed {
  std::vector<ProbeFact> steps;
  bool whole = false; ///< every system was heard of
};
Probed ask_systems(const CommonOptions& common);

/// Everything that the checks look at, found out side by side; each may take five seconds. Changes
/// nothing. `backups`: a folder of backups, "" for the one that
/// is configured.
Facts gather(const CommonOptions& common, const std::string& backups);

} // namespace tidemark::tools
