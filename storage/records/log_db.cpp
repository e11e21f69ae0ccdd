#include "storage/records/log_db.hpp"

#include <rocksdb/db.h>

namespace tidemark::storage {
namespace {

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

Error hole(std::uint64_t expected, std::uint64_t found) {
  return {"data_damaged", "position " + std::to_string(expected)
                              + " is missing from the log; the next one there is "
                              + std::to_string(found)};
}

} // namespace

Result<Position> LogDb::last() const {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> it(db_->db().NewIterator(options, db_->family(0)));
  it->SeekToLast();
  if (!it->Valid())
    return it->status().ok() ? Result<Position>(Position{})
                             : storage_error(it->status(), "reading the end of the log");
  if (it->key().size() != 8)
    return Error{"data_damaged", "the log's last key is not a position"};
  return Position{read_u64(it->key().ToStringView())};
}

Result<std::optional<std::string>> LogDb::record(Position position) const {
  std::string bytes;
  const auto status = db_->db().Get({}, db_->family(0), position_key(position), &bytes);
  if (status.IsNotFound())
    return std::optional<std::string>{};
  if (!status.ok())
    return storage_error(status, "reading position " + std::to_string(position.value));
  return std::optional(std::move(bytes));
}

Result<Position> LogDb::read(Position after, Position last, std::size_t limit,
                             const RecordVisitor& visit) const {
  if (limit == 0 || after >= last)
    return after;
  rocksdb::ReadOptions options;
  if (limit > 1024 && last.value - after.value > 1024) { // a scan: do not wash out the cache
    options.readahead_size = 2U << 20;
    options.fill_cache = false;
  }
  const std::unique_ptr<rocksdb::Iterator> it(db_->db().NewIterator(options, db_->family(0)));
  const auto first = position_key(Position{after.value + 1});
  auto expected = after.value;
  for (it->Seek(slice(first)); limit > 0 && expected < last.value; it->Next(), --limit) {
    ++expected;
    if (!it->Valid())
      return it->status().ok()
                 ? Error{"data_damaged", "position " + std::to_string(expected)
                                             + " is missing from the log, which should reach "
                                             + std::to_string(last.value)}
                 : storage_error(it->status(), "reading position " + std::to_string(expected));
    const auto found = read_u64(it->key().ToStringView());
    if (found != expected)
      return hole(expected, found);
    if (!visit(it->value().ToStringView()))
      break;
  }
  return Position{expected};
}

Result<std::optional<DedupeUse>> LogDb::dedupe_use(const std::string& key) const {
  rocksdb::PinnableSlice bytes;
  const auto status = db_->db().Get({}, db_->family(1), key, &bytes);
  if (status.IsNotFound())
    return std::optional<DedupeUse>{};
  if (!status.ok())
    return storage_error(status, "reading a dedupe key");
  TRY(use, read_dedupe_value(bytes.ToStringView()));
  return std::optional(use);
}

Status LogDb::write(const Group& group) {
  rocksdb::WriteBatch batch(group.bytes.size() + group.records.size() * 32
                            + group.dedupe.size() * 64);
  auto status = rocksdb::Status::OK();
  char key[8];
  for (const auto& record : group.records) {
    for (int i = 0; i < 8; ++i)
      key[i] = static_cast<char>(record.position.value >> (56 - 8 * i));
    status = batch.Put(db_->family(0), rocksdb::Slice(key, 8), slice(group.record(record)));
    if (!status.ok())
      return storage_error(status, "gathering a group");
  }
  for (const auto& [dedupe, value] : group.dedupe) {
    status = batch.Put(db_->family(1), dedupe, value);
    if (!status.ok())
      return storage_error(status, "gathering a group");
  }
  rocksdb::WriteOptions options;
  options.sync = true;
  status = db_->db().Write(options, &batch);
  if (!status.ok())
    return storage_error(status, "writing and syncing the log");
  return Done{};
}

} // namespace tidemark::storage
