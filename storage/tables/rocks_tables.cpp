#include "storage/tables/rocks_tables.hpp"

#include "base/crypto.hpp"
#include "base/failpoint.hpp"
#include "storage/keys.hpp"

#include <rocksdb/db.h>

#include <algorithm>

namespace tidemark::storage {
namespace {

rocksdb::Slice as_slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

Status outcome(const rocksdb::Status& status, std::string_view doing) {
  return status.ok() ? Status(Done{}) : storage_error(status, doing);
}

Status check_name(std::string_view table) {
  if (table.empty() || table.size() > 100)
    return Error{"bad_table_name", "a table's name has 1 to 100 bytes"};
  return Done{};
}

std::string number(Position position) {
  std::string out;
  append_u64(out, position.value);
  return out;
}

/// The first key after everything that begins with `prefix` (which ends below 0xff).
std::string after_prefix(std::string prefix) {
  prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

/// Whether there is no key from `first` to before `end`.
Result<bool> holds_nothing(const RocksDb& db, const std::string& first, const std::string& end) {
  const auto bound = as_slice(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> it(db.db().NewIterator(options, db.family(0)));
  it->Seek(first);
  if (!it->status().ok())
    return storage_error(it->status(), "looking for rows");
  return !it->Valid();
}

} // namespace

Result<std::unique_ptr<RocksTables>> RocksTables::open(const std::string& folder, Access access) {
  TRY(db, RocksDb::open_tables(folder, access));
  return std::make_unique<RocksTables>(std::shared_ptr<RocksDb>(std::move(db)), folder);
}

Result<std::optional<std::string>> RocksTables::get(std::string_view table,
                                                    std::string_view key) const {
  std::string value;
  const auto status =
      db_->db().Get({}, db_->family(0), row_prefix(table) + std::string(key), &value);
  if (status.IsNotFound())
    return std::optional<std::string>{};
  if (!status.ok())
    return storage_error(status, "reading a row of " + std::string(table));
  return std::optional(std::move(value));
}

Status RocksTables::scan(std::string_view table, std::string_view prefix, std::string_view after,
                         const std::function<bool(std::string_view, std::string_view)>& row) const {
  const auto rows = row_prefix(table);
  const auto whole_prefix = rows + std::string(prefix);
  const auto start = rows + std::string(std::max(prefix, after));
  const auto end = after_prefix(rows);
  const auto bound = as_slice(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> it(db_->db().NewIterator(options, db_->family(0)));
  it->Seek(start);
  if (it->Valid() && !after.empty() && it->key().ToStringView().substr(rows.size()) == after)
    it->Next();
  for (; it->Valid() && it->key().ToStringView().starts_with(whole_prefix); it->Next())
    if (!row(it->key().ToStringView().substr(rows.size()), it->value().ToStringView()))
      break;
  return outcome(it->status(), "scanning " + std::string(table));
}

Status RocksTables::apply(std::string_view table, std::vector<Mutation> rows, Position checkpoint) {
  if (auto named = check_name(table); !named)
    return named;
  if (failpoint::hit(failpoint::Point::tables_before_apply))
    return Error{"storage_failed", "failpoint tables.before_apply"};
  rocksdb::WriteBatch batch;
  const auto prefix = row_prefix(table);
  std::string key;
  auto status = batch.Put(db_->family(0), checkpoint_key(table), number(checkpoint));
  for (const auto& row : rows) {
    if (!status.ok())
      break;
    key = prefix;
    key += row.key;
    status =
        row.value ? batch.Put(db_->family(0), key, *row.value) : batch.Delete(db_->family(0), key);
  }
  if (status.ok())
    status = db_->db().Write({}, &batch);
  return outcome(status, "writing rows of " + std::string(table));
}

Result<Position> RocksTables::checkpoint(std::string_view table) const {
  std::string value;
  const auto status = db_->db().Get({}, db_->family(0), checkpoint_key(table), &value);
  if (status.IsNotFound())
    return Position{};
  if (!status.ok())
    return storage_error(status, "reading the checkpoint of " + std::string(table));
  if (value.size() != 8)
    return Error{"data_damaged", "the checkpoint of " + std::string(table) + " cannot be read"};
  return Position{read_u64(value)};
}

Status RocksTables::clear(std::string_view table) {
  if (auto named = check_name(table); !named)
    return named;
  const auto first = checkpoint_key(table);
  const auto end = after_prefix(row_prefix(table));
  // A range that is dropped has to be carried below whatever comes after it; a new table
  // needs none.
  const auto empty = holds_nothing(*db_, first, end);
  if (!empty || *empty)
    return empty ? Status(Done{}) : Status(empty.error());
  rocksdb::WriteBatch batch;
  auto status = batch.DeleteRange(db_->family(0), first, end);
  if (status.ok())
    status = db_->db().Write({}, &batch);
  return outcome(status, "emptying " + std::string(table));
}

Result<std::vector<std::string>> RocksTables::names() const {
  std::vector<std::string> out;
  const std::unique_ptr<rocksdb::Iterator> it(db_->db().NewIterator({}, db_->family(0)));
  it->Seek(rocksdb::Slice("\x01", 1)); // what begins with 0 is about the whole folder
  while (it->Valid()) {
    const auto key = it->key().ToStringView();
    const auto size = static_cast<std::uint8_t>(key[0]);
    if (key.size() < size + 2U)
      return Error{"data_damaged", "a key of the tables cannot be read"};
    out.emplace_back(key.substr(1, size));
    it->Seek(after_prefix(row_prefix(out.back())));
  }
  if (!it->status().ok())
    return storage_error(it->status(), "listing the tables");
  return out;
}

Result<std::optional<Hash16>> RocksTables::incarnation() const {
  std::string value;
  const auto status = db_->db().Get({}, db_->family(0), as_slice(incarnation_key), &value);
  if (status.IsNotFound())
    return std::optional<Hash16>{};
  if (!status.ok())
    return storage_error(status, "reading whose rows these are");
  Hash16 out{};
  if (value.size() != out.size())
    return Error{"data_damaged", "the tables do not say whose rows they hold"};
  std::ranges::copy(value, out.begin());
  return std::optional(out);
}

Status RocksTables::restart(const Hash16& incarnation) {
  rocksdb::WriteBatch batch;
  auto status = batch.DeleteRange(db_->family(0), rocksdb::Slice("", 0), rocksdb::Slice("\xff", 1));
  if (status.ok())
    status = batch.Put(db_->family(0), as_slice(incarnation_key), as_slice(as_view(incarnation)));
  if (status.ok())
    status = db_->db().Write({}, &batch);
  return outcome(status, "starting the tables afresh");
}

Result<Digest> digest(const TableStore& tables, std::string_view table) {
  Sha256 hash;
  const auto add = [&](std::string_view bytes) {
    std::string length;
    append_u32(length, static_cast<std::uint32_t>(bytes.size()));
    hash.update(length);
    hash.update(bytes);
  };
  const auto scanned =
      tables.scan(table, "", "", [&](std::string_view key, std::string_view value) {
        add(key);
        add(value);
        return true;
      });
  if (!scanned)
    return scanned.error();
  return hash.finish();
}

} // namespace tidemark::storage
