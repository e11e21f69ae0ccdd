#pragma once
#include "storage/log/disk_guard.hpp"

namespace tidemark::storage {

/// The log on RocksDB. Opened by `open_log`.
class RocksLog final : public LogStore {
public:
  struct Parts {
    std::unique_ptr<LogDb> db;
    std::shared_ptr<RocksDb> tables; ///< where the index lives; none for a reader without them
    Tip tip;
    std::string folder;
  };
  /// What only a writer has.
  struct Writing {
    Anchor anchor;
    Fence fence;
    OptOutSpool spool;
    const WallClock& clock;
    LogOptions options;
    std::function<void(Position)> indexing; ///< progress of catching up
  };

  /// A log that can be read only; the index is completed in memory when first asked for.
  static std::unique_ptr<RocksLog> reader(Parts parts);
  /// Catches up the index, then starts the threads.
  static Result<std::unique_ptr<RocksLog>> writer(Parts parts, Writing writing);

  ~RocksLog() override;

  DiskLevel disk_level() const;
  LogCounts counts() const;
  /// The next start finds nothing there. For the start only, before anything else is appended.
  Status clear_spool();
  /// All files of the log's database, also those that a walk over the events does not read.
  Status check_files() const;
  /// Of the log's database, and of the tables' where there is one.
  std::vector<DbFigures> figures() const;
  /// As of RocksDb::checkpoint.
  Status checkpoint(const std::string& path) const;

  void submit(Append append, CompletionSink& sink, std::uint64_t token) override;
  Position durable() const override { return published_.durable(); }
  Digest head() const override { return published_.head(); }
  Epoch epoch() const override { return parts_.tip.epoch; }
  Result<Position> read(Position after, std::size_t limit,
                        const RecordVisitor& visit) const override;
  Result<std::optional<events::StoredEvent>> at(Position position) const override;
  Result<std::vector<Position>> tagged(const TenantId& tenant, const events::Tag& tag,
                                       Position after, std::size_t limit) const override;
  Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const override;
  Result<StreamVersion> version_of(const TenantId& tenant, const StreamName& stream) const override;
  std::shared_ptr<void> subscribe(std::function<void(Position)> advanced) override;

private:
  /// Everything that runs, in the order in which it may be destroyed (last first).
  struct Running {
    Running(RocksLog& log, Writing parts);
    LogOptions options;
    Failure failure;
    Anchor anchor;
    OptOutSpool spool;
    std::optional<Writer> writer;
    std::optional<DiskGuard> guard;
  };

  explicit RocksLog(Parts parts, bool writable);
  Result<TagHead> newest(const TagKey& key) const;
  Status ready_index() const;

  Parts parts_;
  Published published_;
  mutable LogIndex index_;
  RecentRecords recent_;
  mutable std::mutex indexing_;
  mutable bool indexed_ = false;
  Subscribers subscribers_;
  std::unique_ptr<Running> running_;
};

} // namespace tidemark::storage
