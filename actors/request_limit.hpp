#pragma once
#include "domain/rate_budget.hpp"

#include <mutex>

namespace tidemark::actors {

/// The budget of one system, shared by all that send requests to it: deliveries and lists.
class RequestLimit {
public:
  void set(double per_second, double burst) {
    const std::lock_guard lock(guard_);
    budget_.set(per_second, burst);
  }
  void refill(Timestamp now) {
    const std::lock_guard lock(guard_);
    budget_.refill(now);
  }
  bool take(bool opt_out = false) {
    const std::lock_guard lock(guard_);
    return budget_.take(opt_out);
  }
  std::uint64_t taken() const {
    const std::lock_guard lock(guard_);
    return budget_.taken();
  }
  /// See domain::RateBudget.
  void learn(const domain::StatedLimits& stated, std::uint64_t out, std::uint64_t taken_before,
             Timestamp now) {
    const std::lock_guard lock(guard_);
    budget_.learn(stated, out, taken_before, now);
  }
  void refused(std::optional<std::chrono::seconds> retry_after, Timestamp now) {
    const std::lock_guard lock(guard_);
    budget_.refused(retry_after, now);
  }
  domain::BudgetStatus status() const {
    const std::lock_guard lock(guard_);
    return budget_.status();
  }

private:
  mutable std::mutex guard_;
  domain::RateBudget budget_;
};

} // namespace tidemark::actors
