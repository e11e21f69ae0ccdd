#pragma once
#include "storage/log/log_options.hpp"

#include <atomic>

namespace tidemark::storage {

/// The one way out after a storage error, taken once by whichever thread finds it first.
class Failure {
public:
  explicit Failure(FailStop stop) : stop_(std::move(stop)) {}
  void operator()(const Error& error);
  bool happened() const { return happened_.load(std::memory_order_acquire); }

private:
  FailStop stop_;
  std::atomic<bool> happened_{false};
};

} // namespace tidemark::storage
