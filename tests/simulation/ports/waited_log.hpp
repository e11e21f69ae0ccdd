#pragma once
#include "tests/simulation/bugs/pass_on.hpp"

namespace tidemark::sim {

/// The log as handlers of the API see it, which wait for their answer: there is one thread, so the
/// log commits until it is there. When the process ends over that, nothing was taken.
class WaitedLog final : public LogPassedOn, private storage::CompletionSink {
public:
  /// `log` on its way to `disk`, which may fail.
  WaitedLog(storage::LogStore& log, SimLog& disk, const BugContext& context)
      : LogPassedOn(log, context), disk_(disk) {}

  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    const auto own = ++last_;
    waiting_.emplace(own, std::pair{&sink, token});
    LogPassedOn::submit(std::move(append), *this, own);
    while (waiting_.contains(own) && disk_.has_work() && disk_.end() == SimLog::End::none)
      disk_.commit();
    if (!waiting_.contains(own))
      return;
    storage::Settled ended{own, storage::NotTaken{"stopping"}};
    settled({&ended, 1});
  }

private:
  void settled(std::span<storage::Settled> group) override {
    for (auto& one : group)
      if (const auto waiting = waiting_.extract(one.token)) {
        storage::Settled passed{waiting.mapped().second, std::move(one.outcome)};
        waiting.mapped().first->settled({&passed, 1});
      }
  }

  SimLog& disk_;
  std::map<std::uint64_t, std::pair<storage::CompletionSink*, std::uint64_t>> waiting_;
  std::uint64_t last_ = 0;
};

} // namespace tidemark::sim
