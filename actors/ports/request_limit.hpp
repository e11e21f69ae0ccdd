#pragma once
#include "domain/delivery/rate_budget.hpp"

#include <memory>
#include <mutex>
#include <utility>

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
  void sent() {
    const std::lock_guard lock(guard_);
    budget_.sent();
  }
  void give_back() {
    const std::lock_guard lock(guard_);
    budget_.give_back();
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
  void passed() {
    const std::lock_guard lock(guard_);
    budget_.passed();
  }
  domain::BudgetStatus status() const {
    const std::lock_guard lock(guard_);
    return budget_.status();
  }

private:
  mutable std::mutex guard_;
  domain::RateBudget budget_;
};

/// The right to send one request: spent when it leaves, else given back. Otherwise one that looks
/// again and again would use up a day without sending anything.
class RequestGrant {
public:
  RequestGrant() = default;
  explicit RequestGrant(std::shared_ptr<RequestLimit> limit) : limit_(std::move(limit)) {}
  RequestGrant(RequestGrant&&) noexcept = default;
  RequestGrant& operator=(RequestGrant&& other) noexcept {
    give_back();
    limit_ = std::move(other.limit_);
    return *this;
  }
  ~RequestGrant() { give_back(); }

  explicit operator bool() const { return limit_ != nullptr; }
  void spend() {
    if (const auto limit = std::exchange(limit_, nullptr))
      limit->sent();
  }
  void give_back() {
    if (const auto limit = std::exchange(limit_, nullptr))
      limit->give_back();
  }

private:
  std::shared_ptr<RequestLimit> limit_;
};

} // namespace tidemark::actors
