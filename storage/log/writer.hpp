#pragma once
#include "storage/folder/anchor.hpp"
#include "storage/index/log_index.hpp"
#include "storage/index/recent_records.hpp"
#include "storage/log/answers.hpp"
#include "storage/log/failure.hpp"
#include "storage/log/subscribers.hpp"
#include "storage/spool/opt_out_spool.hpp"

namespace tidemark::storage {

/// Up to where readers may see.
class Published {
public:
  explicit Published(const Tip& tip) { set(tip); }
  void set(const Tip& tip);
  Position durable() const { return Position{durable_.load(std::memory_order_acquire)}; }
  Digest head() const;

private:
  std::atomic<std::uint64_t> durable_{0};
  mutable std::mutex guard_;
  Digest head_{};
};

/// The one writer: a plain thread with a queue bounded in bytes (rule 14). Each group is what
/// queued while the last sync was in flight: one batch, one sync, the anchor, then the answers.
class Writer final : private LogState {
public:
  struct Parts {
    LogDb& db;
    LogIndex& index;
    RecentRecords& recent;
    Anchor& anchor;
    Published& published;
    Subscribers& subscribers;
    Failure& failure;
    OptOutSpool& spool;
    const WallClock& clock;
  };
  Writer(const Parts& parts, const Tip& tip, const LogOptions& options);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() override;

  /// Nothing when it is queued, otherwise why it is not taken.
  std::optional<NotTaken> submit(PreparedAppend append, CompletionSink& sink, std::uint64_t token);
  /// From now on only possible opt-outs are taken, into the spool, for `last_opt_outs`; then the
  /// process ends for the first such error. For any thread.
  void fail(const Error& error);
  /// Answers what is queued and ends the thread.
  void stop();
  /// For how long the group under way has been under way.
  std::chrono::nanoseconds busy_for() const;
  LogCounts counts() const;

private:
  struct Item {
    PreparedAppend append;
    CompletionSink* sink;
    std::uint64_t token;
  };
  Result<TagHead> head(const TagKey& key) override { return parts_.index.head(key); }
  Result<std::optional<DedupeUse>> dedupe_use(const std::string& key) override {
    return parts_.db.dedupe_use(key);
  }
  void run();
  bool take(std::vector<Item>& group);
  Status commit(std::vector<Item>& group);
  Status make_durable(const Group& group);
  bool failed() const;
  /// Possible opt-outs of the group that failed, of the queue, and of whoever comes yet.
  void end_in_failure(std::vector<Item>& group);
  /// Was there any in the group? Forgets the group.
  bool spool_opt_outs(std::vector<Item>& group);

  Parts parts_;
  const LogOptions& options_;
  Sequencer sequencer_;
  Answers answers_;

  mutable std::mutex guard_;
  std::condition_variable arrived_;
  std::vector<Item> queue_;
  std::size_t queued_bytes_ = 0;
  bool idle_ = false;
  bool stopping_ = false;
  std::optional<Error> failed_;

  std::atomic<std::int64_t> busy_since_{0}; ///< steady nanoseconds, 0 when idle
  std::atomic<std::uint64_t> groups_{0};
  std::atomic<std::uint64_t> events_{0};
  std::thread thread_; // last: it uses the rest
};

} // namespace tidemark::storage
