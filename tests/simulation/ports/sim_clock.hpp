#pragma once
#include "base/time.hpp"

namespace tidemark::sim {

/// A machine's wall clock. Goes on by a microsecond at each look, else when told. The engine's may
/// jump either way; the vendors' never does.
class SimClock final : public WallClock {
public:
  Timestamp now() const override { return (now_ += std::chrono::microseconds{1}) + off_; }
  void advance(std::chrono::microseconds by) { now_ += by; }
  /// From now on it is wrong by so much.
  void jump(std::chrono::microseconds off) { off_ = off; }

private:
  mutable Timestamp now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
  std::chrono::microseconds off_{0};
};

} // namespace tidemark::sim
