#include "tests/simulation/ports/sim_log.hpp"

#include <algorithm>
#include <iterator>

namespace tidemark::sim {
namespace {

Error trouble() {
  return {"storage_failed", "the simulated disk could not be read"};
}

} // namespace

void SimDisk::write(const storage::Group& group, const storage::Tip& tip) {
  on_its_way.push_back({group, tip});
  if (is_confirmed_early && is_confirmed_early(group))
    return;
  std::move(on_its_way.begin(), on_its_way.end(), std::back_inserter(kept));
  on_its_way.clear();
}

SimLog::SimLog(const WallClock& clock, Epoch epoch, SimDisk& disk, const Swarm& swarm, Rng rng,
               Coverage& coverage)
    : disk_(disk), swarm_(swarm), rng_(rng), coverage_(coverage),
      log_(clock, storage::MemoryLog::Mode::when_told, epoch, disk.kept,
           [this](const storage::Group& group, const storage::Tip& tip) {
             return store(group, tip);
           }) {}

bool SimLog::plays(const char* fault) const {
  if (!faults_ || !rng_.chance(swarm_.rate(fault)))
    return false;
  coverage_.hit(std::string("fault.") + fault);
  return true;
}

bool SimLog::store(const storage::Group& group, const storage::Tip& tip) {
  if (plays("crash_at_commit"))
    end_ = End::crashed;
  else if (plays("sync_fails"))
    end_ = End::sync_failed;
  // What was written but not promised may have reached the disk all the same.
  const bool reached = end_ == End::none || rng_.chance(500);
  if (reached && !group.records.empty())
    disk_.write(group, tip);
  if (end_ != End::none) {
    coverage_.hit(reached ? "commit.kept_without_promise" : "commit.lost_without_promise");
    return false;
  }
  if (disk_.on_its_way.empty())
    disk_.promised = tip.position;
  return true;
}

void SimLog::commit() {
  if (faults_ && rng_.chance(swarm_.rate("slow_disk"))) {
    coverage_.hit("fault.slow_disk");
    return;
  }
  dispatches_ = 0;
  log_.commit_group(1 + rng_.below(40));
}

void SimLog::submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) {
  if (dead_)
    return; // the process is gone
  if (!append.events.empty()
      && std::holds_alternative<events::DeliveryDispatched>(append.events.back().event))
    ++dispatches_;
  if (!plays("shed"))
    return log_.submit(std::move(append), sink, token);
  storage::Settled refused{token, storage::NotTaken{"overloaded"}};
  sink.settled({&refused, 1});
}

Result<Position> SimLog::read(Position after, std::size_t limit,
                              const storage::RecordVisitor& visit) const {
  if (plays("read_error"))
    return trouble();
  return log_.read(after, limit, visit);
}

Result<std::vector<Position>> SimLog::tagged(const TenantId& tenant, const events::Tag& tag,
                                             Position after, std::size_t limit) const {
  if (plays("read_error"))
    return trouble();
  return log_.tagged(tenant, tag, after, limit);
}

} // namespace tidemark::sim
