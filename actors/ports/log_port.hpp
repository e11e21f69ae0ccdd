#pragma once
#include "storage/log_store.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>

#include <condition_variable>
#include <mutex>
#include <span>
#include <unordered_map>

namespace tidemark::actors {

/// Lets actors append: the writer's answer comes back to them as AppendSettled. Outlives every
/// actor, so an answer for one that is gone is simply dropped.
class LogPort final : public storage::CompletionSink {
public:
  explicit LogPort(storage::LogStore& log) : log_(log) {}

  storage::LogStore& log() { return log_; }
  /// From any actor; `token` is the actor's own.
  template <class Handle>
  void submit(storage::Append append, const Handle& self, std::uint64_t token) {
    submit_for(std::move(append), caf::actor_cast<caf::strong_actor_ptr>(self), token);
  }
  void settled(std::span<storage::Settled> group) override;
  /// Does the writer still owe an answer to one of these actors, which may be gone?
  bool owes(std::span<const caf::actor_addr> actors) const;
  /// Blocks until the writer has answered everything; for the end of the engine only.
  void wait_until_idle();

private:
  void submit_for(storage::Append append, caf::strong_actor_ptr self, std::uint64_t token);

  struct Waiting {
    caf::strong_actor_ptr actor;
    std::uint64_t token = 0;
  };
  storage::LogStore& log_;
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::uint64_t next_ = 0;
  std::size_t delivering_ = 0;
};

} // namespace tidemark::actors
