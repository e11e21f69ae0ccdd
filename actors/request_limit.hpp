#pragma once
#include "actors/token_bucket.hpp"

#include <mutex>

namespace tidemark::actors {

/// The token bucket of one system, shared by all that send requests to it: deliveries and lists.
class RequestLimit {
public:
  /// What is configured; keeps the tokens when nothing changed.
  void set(double per_second, double burst) {
    const std::lock_guard lock(guard_);
    if (per_second == per_second_ && burst == burst_)
      return;
    per_second_ = per_second;
    burst_ = burst;
    bucket_ = TokenBucket(per_second, burst);
  }
  void refill(Timestamp now) {
    const std::lock_guard lock(guard_);
    bucket_.refill(now);
  }
  bool take() {
    const std::lock_guard lock(guard_);
    return bucket_.take();
  }

private:
  std::mutex guard_;
  double per_second_ = 0, burst_ = 1;
  TokenBucket bucket_{0, 1};
};

} // namespace tidemark::actors
