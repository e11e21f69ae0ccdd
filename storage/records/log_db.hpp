#pragma once
#include "storage/log_store.hpp"
#include "storage/records/sequencer.hpp"
#include "storage/rocks/rocks_db.hpp"

namespace tidemark::storage {

/// The log's RocksDB: records by position and dedupe keys. Writing belongs to the writer, reading
/// is for any thread. Every iterator's status is checked: a read error is an Error.
class LogDb {
public:
  explicit LogDb(std::unique_ptr<RocksDb> db) : db_(std::move(db)) {}

  /// The last position there is, synced or not; 0 in an empty log.
  Result<Position> last() const;
  /// The record, or nothing when there is none at the position.
  Result<std::optional<std::string>> record(Position position) const;
  /// Visits records > after up to `last`. A hole is data_damaged.
  Result<Position> read(Position after, Position last, std::size_t limit,
                        const RecordVisitor& visit) const;
  Result<std::optional<DedupeUse>> dedupe_use(const std::string& key) const;

  /// One batch, one sync.
  Status write(const Group& group);

  const RocksDb& rocks() const { return *db_; }

private:
  std::unique_ptr<RocksDb> db_;
};

} // namespace tidemark::storage
