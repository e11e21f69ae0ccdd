#pragma once
#include "storage/backup/backup_set.hpp"

/// A data folder from a backup.
namespace tidemark::storage {

/// Which of the backups holds the log up to there, the oldest that does; the newest for position 0.
/// Errors: no_backup, not_reached with how far the newest one goes.
Result<BackupFacts> backup_for(const std::vector<BackupFacts>& backups, Position until);

/// Where a restored log ends: at the position, else with the last event recorded until the time,
/// else with the backup.
struct RestorePoint {
  Position position{};
  std::optional<Timestamp> time{};
};

/// Makes a data folder, which must be missing or empty, of a backup and the keys. `keys` is the
/// folder that save_keys made, "" for none: then only reading is possible. Gives where the log
/// ends. What is left by an interrupted call is no data folder yet, and refused as one. Errors:
/// not_empty, keys_missing, data_damaged, disk_full, storage_failed.
Result<Tip> restore_folder(const BackupSet& backups, const BackupFacts& backup,
                           const std::string& keys, const std::string& folder,
                           const RestorePoint& until);

/// Of a folder that is given up for a restored one: copies its opt_outs.spool, whose opt-outs were
/// acknowledged and stand in no log yet, and gives how far its log was acknowledged, nothing when
/// that cannot be read. Errors: storage_failed.
Result<std::optional<Position>> take_along(const std::string& lost, const std::string& folder);

/// Copies what a log cannot be read without: the key of all keyed hashes, tokens of accounts, the
/// log's own number. Into a folder of mode 0700. Errors: storage_failed.
Status save_keys(const std::string& data_folder, const std::string& keys);

/// Makes a copy that nobody writes to, of links to the log's files, of a folder that no service has
/// open. Errors: data_in_use when one has, data_damaged, storage_failed.
Result<BackupFacts> checkpoint_of_stopped(const std::string& data_folder, const std::string& path);

} // namespace tidemark::storage
