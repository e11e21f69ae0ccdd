#include "storage/rocks/rocks_db.hpp"

#include "storage/keys.hpp"
#include "storage/rocks/rocks_info_log.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/metadata.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>
#include <cstdlib>
#include <map>

namespace tidemark::storage {
namespace {

constexpr std::size_t mebibyte = 1U << 20;
// Within these prefixes (keys.hpp) rows come in the order of keys, and are put in beside one
// another; without a hint the memtable looks for each place from its top.
constexpr std::size_t dedupe_hint_bytes = 9; // kind and tenant: decisions, by their causes
constexpr std::size_t index_hint_bytes = 8;  // tenant

/// Few shards: a filter of a large file takes more than a megabyte, and one that does not fit into
/// a shard (by default there are 64) is read and checked anew at each look-up.
std::shared_ptr<rocksdb::Cache> block_cache(std::size_t bytes) {
  constexpr int shard_bits = 1;
  constexpr bool strict = false;
  constexpr double for_filters = 0.5; // and indexes, which blocks of data do not push out
  return rocksdb::NewLRUCache(bytes, shard_bits, strict, for_filters);
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            std::size_t block_size, bool filter, bool whole_keys) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = block_size;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  table.whole_key_filtering = whole_keys;
  if (filter)
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size =
      16 * mebibyte; // of each of four families, and twice while it is written
  options.max_write_buffer_number = 2;
  options.compression = rocksdb::kNoCompression; // scans are the speed of replay
  return options;
}

/// The table of a row of `tables/`, as the row's key begins with it. Not of what ranges that are
/// dropped begin with: a hint of the rows must not be taken for the memtable's list of ranges.
class TableOfRow final : public rocksdb::SliceTransform {
public:
  const char* Name() const override { return "tidemark.TableOfRow"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), bytes_before_rows(key)};
  }
  bool InDomain(const rocksdb::Slice& key) const override {
    return !key.empty() && key.size() >= bytes_before_rows(key)
           && key[bytes_before_rows(key) - 1] == '\x01';
  }

private:
  static std::size_t bytes_before_rows(const rocksdb::Slice& key) {
    return static_cast<std::uint8_t>(key[0]) + 2U;
  }
};

/// Rule 16.
rocksdb::DBOptions db_options(const std::string& path, Access access) {
  rocksdb::DBOptions options;
  options.create_if_missing = access == Access::write;
  options.create_missing_column_families = access == Access::write;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.max_open_files = -1;
  options.manual_wal_flush = false;
  options.recycle_log_file_num = 0;
  options.wal_compression = rocksdb::kNoCompression;
  options.allow_mmap_reads = false;
  options.max_total_wal_size = 128 * mebibyte;
  options.max_background_jobs = 2;
  // ~RocksDb flushes. Where that fails Close would try again and meet an assertion of RocksDB's.
  options.avoid_flush_during_shutdown = true;
  options.bytes_per_sync = mebibyte;
  options.max_manifest_file_size = 16 * mebibyte;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.allow_concurrent_memtable_write = false; // would pass over the hints
  options.info_log = access == Access::read ? no_info_log() : make_info_log(path);
  return options;
}

std::uint64_t number_of(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                        const std::string& property) {
  std::uint64_t out = 0;
  db.GetIntProperty(family, property, &out); // 0 where it does not know
  return out;
}

void add_levels(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                std::vector<std::uint64_t>& bytes) {
  rocksdb::ColumnFamilyMetaData about;
  db.GetColumnFamilyMetaData(family, &about);
  bytes.resize(std::max(bytes.size(), about.levels.size()));
  for (const auto& level : about.levels)
    bytes[static_cast<std::size_t>(level.level)] += level.size;
}

void add_stalls(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, DbFigures& out) {
  std::map<std::string, std::string> counts;
  if (!db.GetMapProperty(family, rocksdb::DB::Properties::kCFStats, &counts))
    return;
  const auto count = [&](const char* name) {
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : std::strtoull(found->second.c_str(), nullptr, 10);
  };
  out.slowdowns += count("io_stalls.total_slowdown");
  out.stops += count("io_stalls.total_stop");
}

} // namespace

struct RocksDb::Plan {
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
};

RocksDb::RocksDb() = default;

RocksDb::~RocksDb() {
  if (db_) {
    // After a clean end the next start has no write-ahead log to replay. What this or Close cannot
    // write will be found again in the write-ahead log, or rebuilt.
    if (writable_)
      db_->Flush(rocksdb::FlushOptions(), families_).PermitUncheckedError();
    for (auto* family : families_)
      db_->DestroyColumnFamilyHandle(family);
    db_->Close().PermitUncheckedError();
  }
}

std::uint64_t RocksDb::syncs() const {
  return statistics_ ? statistics_->getTickerCount(rocksdb::WAL_FILE_SYNCED) : 0;
}

std::uint64_t RocksDb::keys(std::size_t family) const {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, families_[family]));
  std::uint64_t count = 0;
  for (it->SeekToFirst(); it->Valid(); it->Next())
    ++count;
  return it->status().ok() ? count : 0;
}

Status RocksDb::check_files() const {
  const auto status = db_->VerifyChecksum();
  return status.ok() ? Status(Done{}) : storage_error(status, "comparing checksums");
}

DbFigures RocksDb::figures(std::string name) const {
  DbFigures out;
  out.name = std::move(name);
  out.writes_stopped =
      number_of(*db_, families_.front(), rocksdb::DB::Properties::kIsWriteStopped) > 0;
  out.block_cache_bytes =
      number_of(*db_, families_.front(), rocksdb::DB::Properties::kBlockCacheUsage);
  out.block_cache_max =
      number_of(*db_, families_.front(), rocksdb::DB::Properties::kBlockCacheCapacity);
  for (auto* family : families_) {
    add_levels(*db_, family, out.level_bytes);
    out.memtable_bytes += number_of(*db_, family, rocksdb::DB::Properties::kSizeAllMemTables);
    out.pending_compaction_bytes +=
        number_of(*db_, family, rocksdb::DB::Properties::kEstimatePendingCompactionBytes);
    add_stalls(*db_, family, out);
  }
  return out;
}

Status RocksDb::checkpoint(const std::string& path) const {
  constexpr auto never_flush = ~std::uint64_t{0}; // writing goes on beside it
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(db_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok())
    status = checkpoint->CreateCheckpoint(path, never_flush);
  return status.ok() ? Status(Done{}) : storage_error(status, "making a copy in " + path);
}

namespace {

/// RocksDB has no code for it; any other error may name LOCK, or a folder with "lock" in its name.
bool is_locked(const std::string& status) {
  return status.find("lock hold by current process") != std::string::npos
         || (status.find("While lock file") != std::string::npos
             && status.find("Resource temporarily unavailable") != std::string::npos);
}

} // namespace

Error storage_error(const rocksdb::Status& status, std::string_view doing) {
  const auto text = std::string(doing) + ": " + status.ToString();
  if (status.IsCorruption() || status.IsNotFound() || status.IsInvalidArgument())
    return {"data_damaged", text};
  if (status.IsIOError() && is_locked(status.ToString()))
    return {"data_in_use", text};
  if (status.IsPathNotFound() || status.ToString().find("No such file") != std::string::npos)
    return {"data_damaged", text};
  return {"storage_failed", text};
}

Result<std::unique_ptr<RocksDb>> RocksDb::open(const std::string& path, Access access, Plan plan) {
  auto opened = std::make_unique<RocksDb>();
  opened->statistics_ = plan.options.statistics;
  rocksdb::DB* db = nullptr;
  const auto status =
      access == Access::write
          ? rocksdb::DB::Open(plan.options, path, plan.families, &opened->families_, &db)
          : rocksdb::DB::OpenForReadOnly(plan.options, path, plan.families, &opened->families_,
                                         &db);
  if (!status.ok())
    return storage_error(status, "opening " + path);
  opened->db_.reset(db);
  opened->writable_ = access == Access::write;
  return opened;
}

Result<std::unique_ptr<RocksDb>> RocksDb::open_log(const std::string& path, Access access,
                                                   WalDamage damage, bool count_syncs) {
  // Old events are read here and there in a log far larger than any cache: the system's has them.
  const auto cache = block_cache(32 * mebibyte);
  Plan plan{db_options(path, access), {}};
  if (damage == WalDamage::cut_before)
    plan.options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  if (count_syncs)
    plan.options.statistics = rocksdb::CreateDBStatistics();
  auto events = family_options(cache, 32 * 1024, false, true);
  plan.families.emplace_back(rocksdb::kDefaultColumnFamilyName, events);
  auto dedupe = family_options(cache, 8 * 1024, true, true);
  dedupe.memtable_prefix_bloom_size_ratio = 0.05; // nearly every key that is looked for is new
  dedupe.memtable_whole_key_filtering = true;
  dedupe.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(dedupe_hint_bytes));
  plan.families.emplace_back("dedupe", dedupe);
  return open(path, access, std::move(plan));
}

Result<std::unique_ptr<RocksDb>> RocksDb::open_tables(const std::string& path, Access access) {
  const auto cache = block_cache(48 * mebibyte);
  Plan plan{db_options(path, access), {}};
  auto rows = family_options(cache, 8 * 1024, true, true);
  rows.memtable_insert_with_hint_prefix_extractor = std::make_shared<TableOfRow>();
  plan.families.emplace_back(rocksdb::kDefaultColumnFamilyName, rows);
  auto index = family_options(cache, 8 * 1024, true, false);
  // Capped, not fixed: a fixed one aborts the process when an iterator steps from a tag onto the
  // checkpoint's key, which is shorter than a tag's prefix.
  index.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(tag_prefix_bytes));
  index.memtable_prefix_bloom_size_ratio = 0.1;
  index.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(index_hint_bytes)); // "" begins the range that is dropped
  // It has no write-ahead log: what is in its buffer is what a kill costs.
  plan.families.emplace_back("index", index);
  return open(path, access, std::move(plan));
}

} // namespace tidemark::storage
