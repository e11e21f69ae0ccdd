#pragma once
#include "replay-tools/backup/backup_commands.hpp"
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>
#include <vector>

namespace tidemark::tools {

/// `tidemark rebuild`: folds the tables anew, compares them with the live ones at the same
/// position, and puts what differs in place; of one tenant alone with `--tenant`. Beside a running
/// service, which goes on; of a folder at rest whole tables are replaced. Exit 1 when one differed.
Result<int> rebuild_tables(const CommonOptions& common, const std::vector<std::string>& names);

/// `tidemark cache clear`: the same of one tenant, which has to be named. What answers are read
/// from are the tables; there is nothing before them that could be stale.
Result<int> clear_cache(const CommonOptions& common, const std::vector<std::string>& names);

/// `tidemark check`: chain, files, tables against the log, mappings both ways, intents without an
/// end, opt-outs against what systems hold; each with its count and the first that does not hold.
/// Exit 1 when one does not.
Result<int> check_all(DataFolder& folder, const CommonOptions& common);

/// `tidemark migrate status`: which programs wrote the log, events that this one cannot read,
/// tables of another version. Exit 1 when something is due.
Result<int> migrate_status(DataFolder& folder, const CommonOptions& common);
/// `tidemark migrate up`: a backup first, then the tables of another version anew. Errors:
/// unknown_events; those of backup and rebuild.
Result<int> migrate_up(const CommonOptions& common, const BackupOptions& options);
/// `tidemark migrate down`: the backup that was made before, into a folder of its own. Errors: of
/// restore.
Result<int> migrate_down(const CommonOptions& common, const RestoreOptions& options);

} // namespace tidemark::tools
