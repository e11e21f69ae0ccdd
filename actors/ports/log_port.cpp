#include "actors/ports/log_port.hpp"

#include "actors/ports/protocols.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace tidemark::actors {

void LogPort::submit_for(storage::Append append, caf::strong_actor_ptr self, std::uint64_t token) {
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++next_;
    waiting_.emplace(id, Waiting{std::move(self), token});
  }
  log_.submit(std::move(append), *this, id);
}

void LogPort::settled(std::span<storage::Settled> group) {
  {
    const std::lock_guard lock(mutex_);
    ++delivering_;
  }
  for (auto& one : group) {
    Waiting waiting;
    {
      const std::lock_guard lock(mutex_);
      auto found = waiting_.extract(one.token);
      if (found.empty())
        continue;
      waiting = std::move(found.mapped());
    }
    caf::anon_send(caf::actor_cast<caf::actor>(waiting.actor),
                   AppendSettled{waiting.token, std::move(one.outcome)});
  }
  const std::lock_guard lock(mutex_);
  if (--delivering_ == 0 && waiting_.empty())
    idle_.notify_all();
}

bool LogPort::owes(std::span<const caf::actor_addr> actors) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& one) {
    const auto address = caf::actor_cast<caf::actor_addr>(one.second.actor);
    return std::find(actors.begin(), actors.end(), address) != actors.end();
  });
}

void LogPort::wait_until_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return waiting_.empty() && delivering_ == 0; });
}

} // namespace tidemark::actors
