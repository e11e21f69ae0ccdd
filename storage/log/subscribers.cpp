#include "storage/log/subscribers.hpp"

namespace tidemark::storage {

std::shared_ptr<void> Subscribers::add(std::function<void(Position)> advanced) {
  auto entry = std::make_shared<Entry>(Entry{std::move(advanced)});
  const std::lock_guard lock(list_->guard);
  list_->entries.push_back(entry);
  return {static_cast<void*>(entry.get()), [list = list_, entry](void*) {
            const std::lock_guard held(list->guard);
            entry->alive = false;
            std::erase(list->entries, entry);
          }};
}

void Subscribers::tell(Position durable) {
  const std::lock_guard lock(list_->guard);
  const auto now = list_->entries; // a call may add or remove
  for (const auto& entry : now)
    if (entry->alive)
      entry->advanced(durable);
}

} // namespace tidemark::storage
