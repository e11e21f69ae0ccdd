#pragma once
#include "storage/index/index_checkpoint.hpp"
#include "storage/records/log_db.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_set>

namespace tidemark::storage {

/// Which events stand under which tag. Three layers: rows on disk (tables/, may be dropped), the
/// tail in memory that is not there yet, and the writer's cache of newest events. A thread of its
/// own moves the tail to disk, so an event costs the log no index key (rule 12).
class LogIndex {
public:
  /// `db` none: everything stays in memory (a reader whose tables are missing).
  LogIndex(const RocksDb* db, const LogDb& log, bool writable);
  LogIndex(const LogIndex&) = delete;
  LogIndex& operator=(const LogIndex&) = delete;
  ~LogIndex();

  /// Reads what the index has missed, from its checkpoint to `tip`; starts afresh when the rows
  /// are not of this log. A writer's index reaches the disk, a reader's stays in memory.
  Status catch_up(const Tip& tip, const std::function<void(Position)>& progress = {});
  /// Starts the thread; `failed` hears of a write error, after which nothing is reliable.
  void start(std::function<void(const Error&)> failed);
  /// Writes the rest and ends the thread.
  void stop();

  /// Takes over what a durable group added; `publish` runs in the same step, so that nobody sees
  /// the one without the other. Waits when the disk is far behind. Writer only.
  void add(const Group& group, const Tip& tip, const std::function<void()>& publish);
  /// Newest under a tag, of durable events. Writer only: uses its cache.
  Result<TagHead> head(const TagKey& key);

  /// For any thread.
  Result<TagHead> newest(const TagKey& key) const;
  Result<std::vector<Position>> tagged(const TagKey& key, Position after, Position durable,
                                       std::size_t limit) const;

private:
  struct Tail {
    std::unordered_map<TagKey, std::vector<TagHead>, TagKeyHash> heads;
    std::size_t rows = 0;
  };
  Result<IndexCheckpoint> load_checkpoint() const;
  Status forget_rows();
  Status index_record(std::string_view record, IndexCheckpoint& now);
  Status write_tail(const Tail& tail, const IndexCheckpoint& now);
  Status flush_once();
  void run();
  Result<TagHead> on_disk(const TagKey& key) const;
  Status positions_on_disk(const TagKey& key, Position after, std::size_t limit,
                           std::vector<Position>& out) const;
  Result<std::vector<Position>> positions_by_scan(const CountedStream& stream, Position after,
                                                  Position durable, std::size_t limit) const;
  void remember(const TagKey& key, const TagHead& head);
  void note_unused(const TagKey& key, Position seen_to) const;

  const RocksDb* db_; ///< tables/, or none
  const LogDb& log_;
  const bool writable_;

  mutable std::mutex guard_; ///< of what follows up to the thread
  Tail active_;              ///< grows
  Tail flushing_;            ///< is being written
  IndexCheckpoint now_;      ///< up to where active_ reaches
  Position on_disk_to_;      ///< rows up to here may be on disk, none beyond
  /// Tags that were looked for and have no event: a new contact's are asked about many times.
  mutable std::unordered_set<TagKey, TagKeyHash> unused_;
  std::condition_variable changed_;
  bool stopping_ = false;

  std::thread thread_;
  std::function<void(const Error&)> failed_;

  /// Writer's cache in two generations: bounded, and what is used stays.
  using Cache = std::unordered_map<TagKey, TagHead, TagKeyHash>;
  Cache young_;
  Cache old_;
};

} // namespace tidemark::storage
