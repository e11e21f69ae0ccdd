#pragma once
#include "base/time.hpp"
#include "sandbox/world/settings.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace tidemark::sandbox {

/// GoHighLevel's limits: a burst in a window and a number a day, as the settings have them.
class RateLimit {
public:
  static constexpr long unlimited = 1'000'000'000;

  explicit RateLimit(const Settings& settings) : settings_(settings) {}

  /// Counts one request; false when it is one too many. Without `real_limits` nothing ever is.
  bool admit(Timestamp now) {
    if (now - window_start_ >= std::chrono::milliseconds(settings_.ghl_window_ms)) {
      window_start_ = now;
      in_window_ = 0;
    }
    if (in_window_ >= most() || in_day_ >= most_daily())
      return false;
    ++in_window_;
    ++in_day_;
    return true;
  }

  /// The X-RateLimit headers of an answer given now.
  std::vector<std::pair<std::string, std::string>> headers() const {
    const auto left = [](long of, long used) { return std::to_string(used < of ? of - used : 0); };
    return {{"X-RateLimit-Max", std::to_string(most())},
            {"X-RateLimit-Remaining", left(most(), in_window_)},
            {"X-RateLimit-Interval-Milliseconds", std::to_string(settings_.ghl_window_ms)},
            {"X-RateLimit-Limit-Daily", std::to_string(most_daily())},
            {"X-RateLimit-Daily-Remaining", left(most_daily(), in_day_)}};
  }
  void clear() { in_window_ = in_day_ = 0; }

private:
  long most() const { return settings_.real_limits ? settings_.ghl_burst : unlimited; }
  long most_daily() const { return settings_.real_limits ? settings_.ghl_daily : unlimited; }

  const Settings& settings_;
  Timestamp window_start_{};
  long in_window_ = 0;
  long in_day_ = 0;
};

} // namespace tidemark::sandbox
