#pragma once
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "storage/folder/fence.hpp"
#include "storage/records/log_db.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rocksdb {
class BackupEngine;
class BackupEngineReadOnly;
class BackupEngineReadOnlyBase;
class Logger;
} // namespace rocksdb

namespace tidemark::storage {

/// What is known of one backup.
struct BackupFacts {
  std::uint32_t id = 0;
  Timestamp taken_at;
  Position position;  ///< what was acknowledged when it began; it may reach a little further
  Digest head{};      ///< hash of the event there
  std::string log_id; ///< hex: which log it is of; an older and a newer backup of one have the same
  std::string version; ///< of the program
  std::uint64_t bytes = 0;
  std::uint32_t files = 0;
  std::string damage; ///< why it cannot be used, "" when it can, as far as its list of files tells
  std::optional<Timestamp> checked_at{}; ///< when it was last put back aside and held
};

/// A folder of backups of one log, each whole by itself; files that did not change stand there
/// once. One program at a time writes to it.
class BackupSet {
public:
  /// `write`: makes the folder when it is missing, and removes what an interrupted backup left;
  /// copies at most so many bytes a second, 0: as fast as it goes. Errors: storage_failed,
  /// not_a_backup_folder, data_in_use.
  static Result<BackupSet> open(const std::string& folder, Access access,
                                std::uint64_t bytes_per_second = 0);
  BackupSet(BackupSet&&) noexcept;
  ~BackupSet();

  /// Copies the files of a checkpoint that nobody writes to. Gives the id. Errors: other_log when
  /// the folder holds another's, older_log when it holds more of this one, disk_full,
  /// storage_failed.
  Result<std::uint32_t> take(const LogDb& checkpoint, const BackupFacts& facts);
  /// The oldest first, with those that are damaged.
  std::vector<BackupFacts> list() const;
  /// Compares every file of it with the checksum that it was stored with. Errors: data_damaged.
  Status compare_files(std::uint32_t id) const;
  /// Writes its files into a folder of their own. Errors: data_damaged, disk_full, storage_failed.
  Status put_back(std::uint32_t id, const std::string& log_folder) const;
  /// It was put back aside, and what came out holds.
  Status note_checked(std::uint32_t id, Timestamp at) const;
  /// Removes all but the newest `count`; gives how many went. Errors: storage_failed.
  Result<std::size_t> keep(std::size_t count);

private:
  explicit BackupSet(std::string folder);
  const rocksdb::BackupEngineReadOnlyBase& engine() const;

  std::string folder_;
  std::optional<Fence> fence_; ///< of a writer
  std::shared_ptr<rocksdb::Logger> log_;
  std::unique_ptr<rocksdb::BackupEngine> writer_;
  std::unique_ptr<rocksdb::BackupEngineReadOnly> reader_; ///< where there is no writer
};

} // namespace tidemark::storage
