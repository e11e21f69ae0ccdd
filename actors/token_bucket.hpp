#pragma once
#include "base/time.hpp"

#include <algorithm>

namespace tidemark::actors {

/// Requests per second towards one system: a mechanic, never part of a decision (rule 6).
class TokenBucket {
public:
  /// `per_second` 0: no limit.
  TokenBucket(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  void refill(Timestamp now) {
    if (last_ != Timestamp{} && now > last_)
      tokens_ = std::min(
          burst_, tokens_ + per_second_ * std::chrono::duration<double>(now - last_).count());
    last_ = std::max(last_, now);
  }
  bool take() {
    if (per_second_ <= 0)
      return true;
    if (tokens_ < 1)
      return false;
    tokens_ -= 1;
    return true;
  }

private:
  double per_second_, burst_, tokens_;
  Timestamp last_;
};

} // namespace tidemark::actors
