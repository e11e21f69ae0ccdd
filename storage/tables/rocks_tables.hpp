#pragma once
#include "base/bytes.hpp"
#include "storage/rocks/rocks_db.hpp"
#include "storage/tables.hpp"

namespace tidemark::storage {

/// Tables on RocksDB, in `tables/`. Unsynced: after a power cut a table may be older, with its
/// checkpoint, never torn. Safe from several threads.
class RocksTables final : public TableStore {
public:
  /// A folder of its own, such as a rebuild makes beside the live one.
  static Result<std::unique_ptr<RocksTables>> open(const std::string& folder, Access access);
  RocksTables(std::shared_ptr<RocksDb> db, std::string folder)
      : db_(std::move(db)), folder_(std::move(folder)) {}

  Result<std::optional<std::string>> get(std::string_view table,
                                         std::string_view key) const override;
  Status scan(std::string_view table, std::string_view prefix, std::string_view after,
              const std::function<bool(std::string_view, std::string_view)>& row) const override;
  Status apply(std::string_view table, std::vector<Mutation> rows, Position checkpoint) override;
  Result<Position> checkpoint(std::string_view table) const override;
  Status clear(std::string_view table) override;

  /// Gives the next row, ascending by key; false at the end.
  using RowSource = std::function<Result<bool>(std::string& key, std::string& value)>;
  /// Replaces the table's content by sorted rows, past memtables and log: the bulk path of a
  /// rebuild. A crash on the way leaves checkpoint 0. Errors: rows_not_sorted, storage errors, or
  /// the source's own.
  Status ingest(std::string_view table, const RowSource& next, Position checkpoint);

  /// Names of the tables that have a checkpoint.
  Result<std::vector<std::string>> names() const;
  /// Which log the rows are of; nothing in a new folder.
  Result<std::optional<Hash16>> incarnation() const;
  /// As of RocksDb::checkpoint: each table with its checkpoint, as both are now.
  Status copy_to(const std::string& path) const { return db_->checkpoint(path); }
  /// Empties everything and says which log the rows will be of.
  Status restart(const Hash16& incarnation);

private:
  std::shared_ptr<RocksDb> db_;
  std::string folder_;
};

/// SHA-256 over all rows by key, each as u32 length, key, u32 length, value.
Result<Digest> digest(const TableStore& tables, std::string_view table);

} // namespace tidemark::storage
