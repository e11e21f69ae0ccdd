#pragma once
#include "storage/log/memory_log.hpp"
#include "tests/simulation/swarm/coverage.hpp"
#include "tests/simulation/swarm/rng.hpp"
#include "tests/simulation/swarm/swarm.hpp"

#include <memory>
#include <vector>

namespace tidemark::sim {

/// What is on the simulated disk, group by group, and what was promised to be there.
struct SimDisk {
  std::vector<storage::MemoryLog::Kept> kept;
  Position promised; ///< the end of the last group whose sync succeeded
  /// An injected bug: of such a group it says so before it is true; it is there with the next one.
  bool (*is_confirmed_early)(const storage::Group&) = nullptr;
  std::vector<storage::MemoryLog::Kept> on_its_way;

  void write(const storage::Group& group, const storage::Tip& tip);
  /// The process ended.
  void forget_on_its_way() { on_its_way.clear(); }
};

/// The log of one life of the engine on the simulated disk. Each commit may fail or be cut short;
/// what was not promised is then there or not. When the life ends, it takes and answers nothing.
class SimLog final : public storage::LogStore {
public:
  enum class End { none, crashed, sync_failed };

  SimLog(const WallClock& clock, Epoch epoch, SimDisk& disk, const Swarm& swarm, Rng rng,
         Coverage& coverage);

  /// One group of some of what waits.
  void commit();
  bool has_work() const { return !dead_ && log_.waiting() > 0; }
  /// Whether the process must end now, and why.
  End end() const { return end_; }
  void die() { dead_ = true; }
  void set_faults(bool on) { faults_ = on; }

  void submit_prepared(storage::PreparedAppend prepared, storage::CompletionSink& sink) {
    log_.submit(std::move(prepared), sink, 0);
  }
  /// Does an announcement of a request wait to be committed?
  bool has_dispatch() const { return dispatches_ > 0; }

  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override;
  Position durable() const override { return log_.durable(); }
  Digest head() const override { return log_.head(); }
  Epoch epoch() const override { return log_.epoch(); }
  Result<Position> read(Position after, std::size_t limit,
                        const storage::RecordVisitor& visit) const override;
  Result<std::optional<events::StoredEvent>> at(Position position) const override {
    return log_.at(position);
  }
  Result<std::vector<Position>> tagged(const TenantId& tenant, const events::Tag& tag,
                                       Position after, std::size_t limit) const override;
  Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const override {
    return log_.newest_tagged(tenant, tag);
  }
  Result<StreamVersion> version_of(const TenantId& tenant,
                                   const StreamName& stream) const override {
    return log_.version_of(tenant, stream);
  }
  std::shared_ptr<void> subscribe(std::function<void(Position)> advanced) override {
    return log_.subscribe(std::move(advanced));
  }

private:
  bool store(const storage::Group& group, const storage::Tip& tip);
  bool plays(const char* fault) const;

  SimDisk& disk_;
  const Swarm& swarm_;
  mutable Rng rng_;
  Coverage& coverage_;
  bool faults_ = false;
  bool dead_ = false;
  End end_ = End::none;
  std::size_t dispatches_ = 0; ///< submitted since the last commit
  storage::MemoryLog log_;
};

} // namespace tidemark::sim
