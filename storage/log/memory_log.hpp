#pragma once
#include "storage/log/answers.hpp"
#include "storage/log/subscribers.hpp"
#include "storage/records/sequencer.hpp"

#include <deque>
#include <mutex>
#include <span>

namespace tidemark::storage {

/// The log in memory, under the same contract: for simulation, tests and replay. No thread of its
/// own. "Durable" is what was committed.
class MemoryLog final : public LogStore, private LogState {
public:
  enum class Mode {
    at_once,   ///< `submit` commits and tells before it returns, on the caller's thread
    when_told, ///< appends wait for `commit_group`: the simulation's scheduler decides
  };
  /// What one commit leaves on a disk: enough to begin the log again from.
  struct Kept {
    Group group;
    Tip tip;
  };
  /// Asked before a group counts as durable. False: the disk failed, and from then on nothing is
  /// acknowledged or taken any more.
  using Disk = std::function<bool(const Group&, const Tip&)>;

  explicit MemoryLog(const WallClock& clock, Mode mode = Mode::at_once, Epoch epoch = Epoch{1});
  /// Goes on where `kept` ends, under a new epoch.
  MemoryLog(const WallClock& clock, Mode mode, Epoch epoch, std::span<const Kept> kept, Disk disk);

  /// Commits up to `limit` waiting appends as one group; gives how many were answered.
  std::size_t commit_group(std::size_t limit = SIZE_MAX);
  std::size_t waiting() const;

  void submit(Append append, CompletionSink& sink, std::uint64_t token) override;
  /// The same for what was prepared elsewhere: by a newer program, with types that this one does
  /// not know.
  void submit(PreparedAppend prepared, CompletionSink& sink, std::uint64_t token);
  Position durable() const override;
  Digest head() const override;
  Epoch epoch() const override;
  Result<Position> read(Position after, std::size_t limit,
                        const RecordVisitor& visit) const override;
  Result<std::optional<events::StoredEvent>> at(Position position) const override;
  Result<std::vector<Position>> tagged(const TenantId& tenant, const events::Tag& tag,
                                       Position after, std::size_t limit) const override;
  Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const override;
  Result<StreamVersion> version_of(const TenantId& tenant, const StreamName& stream) const override;
  std::shared_ptr<void> subscribe(std::function<void(Position)> advanced) override;

private:
  struct Waiting {
    PreparedAppend append;
    CompletionSink* sink;
    std::uint64_t token;
  };
  struct Tagged {
    std::vector<Position> positions;
    StreamVersion version;
  };
  Result<TagHead> head(const TagKey& key) override;
  Result<std::optional<DedupeUse>> dedupe_use(const std::string& key) override;
  void keep(const Group& group, const Tip& tip);
  void add_row(const TagRow& row);

  const WallClock& clock_;
  const Mode mode_;
  mutable std::mutex guard_;
  std::deque<Waiting> queue_;
  Disk disk_;
  bool failed_ = false;
  bool committing_ = false; ///< a sink that submits again must not start a commit within a commit
  std::deque<std::string> records_; ///< references stay valid while it grows
  Tip published_;
  std::unordered_map<TagKey, Tagged, TagKeyHash> tags_;
  std::unordered_map<std::string, DedupeUse> uses_;
  Sequencer sequencer_;
  Subscribers subscribers_;
};

} // namespace tidemark::storage
