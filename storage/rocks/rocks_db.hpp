#pragma once
#include "base/result.hpp"
#include "storage/rocks/db_figures.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Statistics;
class Status;
} // namespace rocksdb

namespace tidemark::storage {

enum class Access {
  write,
  read, ///< changes nothing on disk
};
/// What to do about a damaged tail of the write-ahead log.
enum class WalDamage {
  refuse,     ///< except a record that was cut off by a crash (rule 16)
  cut_before, ///< keep what precedes the first damage; on copies only, see recovery.cpp
};

/// One open RocksDB instance with its families.
class RocksDb {
public:
  /// Opens `log/`: families 0 `default`, 1 `dedupe`. Errors: data_damaged, storage_failed,
  /// data_in_use.
  static Result<std::unique_ptr<RocksDb>> open_log(const std::string& path, Access access,
                                                   WalDamage damage = WalDamage::refuse,
                                                   bool count_syncs = false);
  /// Opens `tables/`: families 0 `default`, 1 `index`.
  static Result<std::unique_ptr<RocksDb>> open_tables(const std::string& path, Access access);

  RocksDb();
  RocksDb(const RocksDb&) = delete;
  RocksDb& operator=(const RocksDb&) = delete;
  ~RocksDb();

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(std::size_t index) const { return families_[index]; }
  /// How often the write-ahead log was synced; 0 unless counted.
  std::uint64_t syncs() const;
  /// How many keys a family holds, by counting them.
  std::uint64_t keys(std::size_t family) const;
  /// Reads every table file and compares its checksums; what is still in the write-ahead log was
  /// compared when it was opened. Errors: data_damaged, storage_failed.
  Status check_files() const;

  /// As of now; nothing is read from disk.
  DbFigures figures(std::string name) const;

  /// Makes a folder, which must not exist, that opens as the database is now and that nobody writes
  /// to: of links to its files, and a copy of the write-ahead log. Errors: storage_failed.
  Status checkpoint(const std::string& path) const;

private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  std::shared_ptr<rocksdb::Statistics> statistics_;
  bool writable_ = false;

  struct Plan;
  static Result<std::unique_ptr<RocksDb>> open(const std::string& path, Access access, Plan plan);
};

/// A failure of RocksDB in our words: data_damaged, data_in_use or storage_failed.
Error storage_error(const rocksdb::Status& status, std::string_view doing);

} // namespace tidemark::storage
