#pragma once
#include "base/ids.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace tidemark::storage {

/// Who wants to hear that the log advanced. When a handle's release returns, its function is not
/// running and will not be called again; it may be released from within the call.
class Subscribers {
public:
  std::shared_ptr<void> add(std::function<void(Position)> advanced);
  void tell(Position durable);

private:
  struct Entry {
    std::function<void(Position)> advanced;
    bool alive = true;
  };
  struct List {
    std::recursive_mutex guard;
    std::vector<std::shared_ptr<Entry>> entries;
  };
  std::shared_ptr<List> list_ = std::make_shared<List>(); // outlives the log while handles do
};

} // namespace tidemark::storage
