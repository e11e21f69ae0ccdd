#include "storage/keys.hpp"
#include "storage/tables/rocks_tables.hpp"

#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>

#include <filesystem>
#include <system_error>

namespace tidemark::storage {
namespace {

constexpr std::uint64_t file_bytes = 256U << 20;

/// Writes sorted rows into as many files as they need; removes what is left of them at the end.
class SortedFiles {
public:
  SortedFiles(const RocksDb& db, std::string base) : db_(db), base_(std::move(base)) {}
  SortedFiles(const SortedFiles&) = delete;
  SortedFiles& operator=(const SortedFiles&) = delete;
  ~SortedFiles() {
    std::error_code ignored; // leftovers cost room only and the next ingest overwrites them
    for (const auto& file : files_)
      std::filesystem::remove(file, ignored);
  }

  rocksdb::Status put(std::string_view key, std::string_view value) {
    if (writer_ && writer_->FileSize() > file_bytes)
      if (auto status = finish(); !status.ok())
        return status;
    if (!writer_) {
      writer_ = std::make_unique<rocksdb::SstFileWriter>(
          rocksdb::EnvOptions(), db_.db().GetOptions(db_.family(0)), db_.family(0));
      files_.push_back(base_ + std::to_string(files_.size()) + ".ingest");
      if (auto status = writer_->Open(files_.back()); !status.ok())
        return status;
    }
    return writer_->Put(rocksdb::Slice(key.data(), key.size()),
                        rocksdb::Slice(value.data(), value.size()));
  }
  rocksdb::Status finish() {
    if (!writer_)
      return rocksdb::Status::OK();
    auto status = writer_->Finish();
    writer_.reset();
    return status;
  }
  const std::vector<std::string>& files() const { return files_; }

private:
  const RocksDb& db_;
  std::string base_;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;
  std::vector<std::string> files_;
};

Status write_rows(SortedFiles& files, std::string_view table, const RocksTables::RowSource& next) {
  auto stored_key = row_prefix(table);
  const auto prefix_bytes = stored_key.size();
  std::string key;
  std::string value;
  std::string last;
  for (bool first = true;; first = false) {
    TRY(more, next(key, value));
    if (!more)
      return Done{};
    if (!first && key <= last)
      return Error{"rows_not_sorted", "rows for " + std::string(table)
                                          + " must come in ascending order, each key once"};
    stored_key.resize(prefix_bytes);
    stored_key += key;
    std::swap(last, key);
    if (const auto status = files.put(stored_key, value); !status.ok())
      return storage_error(status, "writing sorted rows");
  }
}

} // namespace

Status RocksTables::ingest(std::string_view table, const RowSource& next, Position checkpoint) {
  SortedFiles files(*db_, folder_ + "/" + std::string(table) + "-");
  // The checkpoint sorts before the rows and is in the same step as they are.
  std::string number;
  append_u64(number, checkpoint.value);
  auto status = files.put(checkpoint_key(table), number);
  if (!status.ok())
    return storage_error(status, "writing sorted rows");
  if (auto written = write_rows(files, table, next); !written)
    return written;
  status = files.finish();
  if (!status.ok())
    return storage_error(status, "writing sorted rows");
  if (auto emptied = clear(table); !emptied)
    return emptied;
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  status = db_->db().IngestExternalFile(db_->family(0), files.files(), options);
  if (!status.ok())
    return storage_error(status, "taking in sorted rows");
  return Done{};
}

} // namespace tidemark::storage
