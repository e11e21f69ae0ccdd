#include "storage/index/log_index.hpp"

#include "base/failpoint.hpp"
#include "storage/proofs/chain.hpp"

#include <pthread.h>
#include <rocksdb/db.h>

#include <algorithm>

namespace tidemark::storage {
namespace {

constexpr std::size_t cache_entries = 100'000;     // each generation, about 10 MB
constexpr std::size_t unused_kept = 50'000;        // about 3 MB
constexpr std::size_t flush_rows = 60'000;         // about what one batch writes
constexpr std::size_t most_rows_waiting = 400'000; // about 50 MB
constexpr auto flush_pause =
    std::chrono::milliseconds(2'000); // rows in memory spare reads of the disk

std::string row_key(const TagKey& key, Position position) {
  auto out = tag_prefix(key);
  append_u64(out, position.value);
  return out;
}

/// Of the row with this key; its tag's kind stands after the tenant.
std::string row_value(std::string_view key, const TagHead& head) {
  std::string out;
  if (key[8] == static_cast<char>(events::TagKind::stream))
    append_u32(out, head.version.value);
  return out;
}

} // namespace

LogIndex::LogIndex(const RocksDb* db, const LogDb& log, bool writable)
    : db_(db), log_(log), writable_(writable) {}

LogIndex::~LogIndex() {
  stop();
}

Result<IndexCheckpoint> LogIndex::load_checkpoint() const {
  if (db_ == nullptr)
    return IndexCheckpoint{};
  std::string bytes;
  const rocksdb::Slice key(index_checkpoint_key.data(), index_checkpoint_key.size());
  const auto status = db_->db().Get({}, db_->family(1), key, &bytes);
  if (status.IsNotFound())
    return IndexCheckpoint{};
  if (!status.ok())
    return storage_error(status, "reading the index's checkpoint");
  return read_index_checkpoint(bytes);
}

Status LogIndex::forget_rows() {
  if (db_ == nullptr)
    return Done{};
  // Everything in the family: keys are at most 33 bytes, so this is above them all.
  const std::string above(tag_prefix_bytes + 9, '\xff');
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  const auto status = db_->db().DeleteRange(options, db_->family(1), "", above);
  return status.ok() ? Status(Done{}) : storage_error(status, "dropping the index");
}

Status LogIndex::index_record(std::string_view record, IndexCheckpoint& now) {
  TRY(view, events::read_record(record));
  auto& envelope = view.envelope;
  const TagHead head{envelope.position, envelope.version};
  const auto mark = tenant_mark(envelope.tenant);
  for (const auto& tag : envelope.tags) {
    const TagKey key{mark, tag};
    const bool streams = tag.kind == events::TagKind::stream;
    if (streams && is_counted_stream(envelope.stream.value)) {
      auto& counted = now.counted[key];
      if (counted.head.newest.value == 0)
        counted = {envelope.tenant, envelope.stream, {}};
      counted.head = head;
    } else {
      active_.heads[key].push_back(streams ? head : TagHead{head.newest, {}});
      ++active_.rows;
    }
  }
  now.position = envelope.position;
  now.hash = envelope.hash;
  return Done{};
}

Status LogIndex::catch_up(const Tip& tip, const std::function<void(Position)>& progress) {
  auto loaded = load_checkpoint();
  bool fresh = !loaded;
  if (loaded && loaded->position.value > 0) {
    // Rows of another history are worse than none: compare the hash, not only the position.
    TRY(record, log_.record(loaded->position));
    const auto hash = record ? stored_hash(*record) : Result<Digest>(Digest{});
    fresh = loaded->position > tip.position || !hash || *hash != loaded->hash;
  }
  const std::lock_guard lock(guard_);
  if (fresh) {
    if (!writable_)
      db_ = nullptr;
    else if (auto forgotten = forget_rows(); !forgotten)
      return forgotten;
    loaded = IndexCheckpoint{};
  }
  now_ = std::move(*loaded);
  on_disk_to_ = now_.position;
  Status indexed = Done{};
  const auto read = log_.read(now_.position, tip.position, SIZE_MAX, [&](std::string_view record) {
    indexed = index_record(record, now_);
    if (indexed && writable_ && active_.rows >= flush_rows) {
      indexed = write_tail(active_, now_);
      on_disk_to_ = now_.position;
      active_ = {};
      if (progress)
        progress(now_.position);
    }
    return indexed.ok();
  });
  if (!read)
    return read.error();
  return indexed;
}

void LogIndex::start(std::function<void(const Error&)> failed) {
  failed_ = std::move(failed);
  thread_ = std::thread([this] { run(); });
}

void LogIndex::stop() {
  {
    const std::lock_guard lock(guard_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void LogIndex::run() {
  pthread_setname_np(pthread_self(), "log-index");
  for (;;) {
    bool last = false;
    {
      std::unique_lock lock(guard_);
      changed_.wait_for(lock, flush_pause, [&] { return stopping_ || active_.rows >= flush_rows; });
      last = stopping_;
    }
    if (const auto flushed = flush_once(); !flushed) {
      {
        const std::lock_guard lock(guard_);
        stopping_ = true; // nobody waits for a flush that will not come
      }
      changed_.notify_all();
      failed_(flushed.error());
      return;
    }
    if (last)
      return;
  }
}

Status LogIndex::flush_once() {
  IndexCheckpoint upto;
  {
    const std::lock_guard lock(guard_);
    if (active_.rows == 0)
      return Done{};
    std::swap(active_, flushing_);
    upto = now_;
    on_disk_to_ = now_.position; // from here on its rows may be there
  }
  auto written = write_tail(flushing_, upto);
  if (written) {
    Tail done; // freed outside the lock
    const std::lock_guard lock(guard_);
    std::swap(flushing_, done);
  }
  changed_.notify_all();
  return written;
}

Status LogIndex::write_tail(const Tail& tail, const IndexCheckpoint& now) {
  if (failpoint::hit(failpoint::Point::index_before_write))
    return Error{"storage_failed", "failpoint index.before_write"};
  // In the order of keys: each row then goes in beside the one before it.
  std::vector<std::pair<std::string, const std::vector<TagHead>*>> sorted;
  sorted.reserve(tail.heads.size());
  for (const auto& [key, heads] : tail.heads)
    sorted.emplace_back(tag_prefix(key), &heads);
  std::ranges::sort(sorted);
  rocksdb::WriteBatch batch;
  auto status = rocksdb::Status::OK();
  for (auto& [key, heads] : sorted)
    for (const auto& head : *heads) {
      key.resize(tag_prefix_bytes);
      append_u64(key, head.newest.value);
      if (status.ok())
        status = batch.Put(db_->family(1), key, row_value(key, head));
    }
  if (status.ok())
    status = batch.Put(db_->family(1),
                       rocksdb::Slice(index_checkpoint_key.data(), index_checkpoint_key.size()),
                       write_index_checkpoint(now));
  rocksdb::WriteOptions options;
  options.disableWAL = true; // one family: a kill leaves a prefix of the batches
  if (status.ok())
    status = db_->db().Write(options, &batch);
  return status.ok() ? Status(Done{}) : storage_error(status, "writing the index");
}

void LogIndex::remember(const TagKey& key, const TagHead& head) {
  if (young_.size() >= cache_entries) {
    old_ = std::move(young_);
    young_ = {};
  }
  young_[key] = head;
}

void LogIndex::add(const Group& group, const Tip& tip, const std::function<void()>& publish) {
  {
    std::unique_lock lock(guard_);
    changed_.wait(lock, [&] { return stopping_ || active_.rows < most_rows_waiting; });
    for (const auto& row : group.rows) {
      unused_.erase(row.key);
      active_.heads[row.key].push_back(row.head);
      ++active_.rows;
    }
    for (const auto& [row, names] : group.counted) {
      auto& counted = now_.counted[row.key];
      if (counted.head.newest.value == 0)
        counted = {names.first, names.second, {}};
      counted.head = row.head;
    }
    now_.position = tip.position;
    now_.hash = tip.head;
    publish();
    if (active_.rows >= flush_rows)
      changed_.notify_all();
  }
  for (const auto& row : group.rows)
    remember(row.key, row.head);
}

Result<TagHead> LogIndex::head(const TagKey& key) {
  if (const auto found = young_.find(key); found != young_.end())
    return found->second;
  TagHead head;
  if (const auto found = old_.find(key); found != old_.end()) {
    head = found->second;
  } else {
    const auto looked_up = newest(key);
    if (!looked_up)
      return looked_up;
    head = *looked_up;
    if (key.tag.kind == events::TagKind::stream) {
      const std::lock_guard lock(guard_);
      if (now_.counted.contains(key))
        return head; // counted streams move without passing the cache
    }
    if (head.newest.value == 0)
      return head; // also spares the race with a counted stream that begins
  }
  remember(key, head);
  return head;
}

Result<TagHead> LogIndex::newest(const TagKey& key) const {
  Position seen_to;
  {
    const std::lock_guard lock(guard_);
    if (const auto found = now_.counted.find(key); found != now_.counted.end())
      return found->second.head;
    if (unused_.contains(key))
      return TagHead{};
    for (const auto* tail : {&active_, &flushing_})
      if (const auto found = tail->heads.find(key); found != tail->heads.end())
        return found->second.back();
    seen_to = now_.position;
  }
  auto head = on_disk(key);
  if (head && head->newest.value == 0)
    note_unused(key, seen_to);
  return head;
}

/// Nothing stood under the tag up to that position; only noted when nothing was added since.
void LogIndex::note_unused(const TagKey& key, Position seen_to) const {
  const std::lock_guard lock(guard_);
  if (now_.position != seen_to)
    return;
  if (unused_.size() >= unused_kept)
    unused_.clear();
  unused_.insert(key);
}

Result<TagHead> LogIndex::on_disk(const TagKey& key) const {
  if (db_ == nullptr)
    return TagHead{};
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(db_->db().NewIterator(options, db_->family(1)));
  it->SeekForPrev(row_key(key, Position{UINT64_MAX}));
  if (!it->Valid())
    return it->status().ok() ? Result<TagHead>(TagHead{}) : storage_error(it->status(), "index");
  const auto found = it->key().ToStringView();
  if (!found.starts_with(tag_prefix(key)))
    return TagHead{};
  TagHead head{Position{read_u64(found.substr(tag_prefix_bytes))}, {}};
  if (it->value().size() == 4)
    head.version = StreamVersion{read_u32(it->value().ToStringView())};
  return head;
}

Status LogIndex::positions_on_disk(const TagKey& key, Position after, std::size_t limit,
                                   std::vector<Position>& out) const {
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(db_->db().NewIterator(options, db_->family(1)));
  const auto prefix = tag_prefix(key);
  for (it->Seek(row_key(key, Position{after.value + 1})); it->Valid() && out.size() < limit;
       it->Next()) {
    const auto found = it->key().ToStringView();
    if (!found.starts_with(prefix))
      return Done{};
    out.push_back(Position{read_u64(found.substr(tag_prefix_bytes))});
  }
  return it->status().ok() ? Status(Done{}) : storage_error(it->status(), "reading the index");
}

Result<std::vector<Position>> LogIndex::positions_by_scan(const CountedStream& stream,
                                                          Position after, Position durable,
                                                          std::size_t limit) const {
  std::vector<Position> out;
  Status read_well = Done{};
  const auto read = log_.read(after, durable, SIZE_MAX, [&](std::string_view record) {
    const auto view = events::read_record(record, false);
    if (!view) {
      read_well = view.error();
      return false;
    }
    if (view->envelope.stream == stream.stream && view->envelope.tenant == stream.tenant)
      out.push_back(view->envelope.position);
    return out.size() < limit;
  });
  if (!read)
    return read.error();
  if (!read_well)
    return read_well.error();
  return out;
}

Result<std::vector<Position>> LogIndex::tagged(const TagKey& key, Position after, Position durable,
                                               std::size_t limit) const {
  std::vector<Position> recent;
  std::optional<CountedStream> counted;
  bool all_in_memory = false;
  {
    const std::lock_guard lock(guard_);
    if (const auto found = now_.counted.find(key); found != now_.counted.end())
      counted = found->second;
    for (const auto* tail : {&flushing_, &active_})
      if (const auto found = tail->heads.find(key); found != tail->heads.end())
        for (const auto& head : found->second)
          if (head.newest > after)
            recent.push_back(head.newest);
    all_in_memory = after >= on_disk_to_;
  }
  if (limit == 0)
    return std::vector<Position>{};
  if (counted)
    return positions_by_scan(*counted, after, durable, limit);
  std::vector<Position> out;
  if (db_ != nullptr && !all_in_memory)
    if (auto read = positions_on_disk(key, after, limit, out); !read)
      return read.error();
  // Rows that reached the disk in between are in both.
  for (const auto& position : recent)
    if (position <= durable && (out.empty() || position > out.back()))
      out.push_back(position);
  if (out.size() > limit)
    out.resize(limit);
  return out;
}

} // namespace tidemark::storage
