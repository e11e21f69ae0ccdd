#pragma once
#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace tidemark::tools {

/// Something to find out, which may fail, hang or crash without harm to the others.
struct Collector {
  std::string name;
  std::function<Result<nlohmann::ordered_json>()> collect;
};

struct CollectorLimits {
  std::chrono::milliseconds time{12'000};
  std::size_t bytes = 2U << 20U; ///< of JSON
};

struct Collected {
  std::string name;
  /// whole, failed, timed_out, too_large, or crashed
  std::string outcome;
  std::string code; ///< of what failed
  nlohmann::ordered_json value;
  std::chrono::milliseconds took{0};
};

/// Runs all side by side, each in a process of its own that ends with its limit. To be called while
/// this process has one thread.
std::vector<Collected> collect_apart(const std::vector<Collector>& collectors,
                                     const CollectorLimits& limits);

} // namespace tidemark::tools
