#pragma once
#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tidemark::sandbox {

/// GoHighLevel's documented limits: a burst in a ten-second window and a number a day.
class RateLimit {
public:
  static constexpr long burst = 100;
  static constexpr long daily = 200'000;
  static constexpr std::chrono::seconds window{10};
  static constexpr long unlimited = 1'000'000'000;

  /// Counts one request; false when it is one too many. Without `real` nothing ever is.
  bool admit(bool real, Timestamp now) {
    real_ = real;
    if (now - window_start_ >= window) {
      window_start_ = now;
      in_window_ = 0;
    }
    if (real_ && (in_window_ >= burst || in_day_ >= daily))
      return false;
    ++in_window_;
    ++in_day_;
    return true;
  }

  /// The X-RateLimit headers of an answer given now.
  std::vector<std::pair<std::string, std::string>> headers() const {
    const long most = real_ ? burst : unlimited;
    const long most_daily = real_ ? daily : unlimited;
    return {{"X-RateLimit-Max", std::to_string(most)},
            {"X-RateLimit-Remaining", std::to_string(most - in_window_)},
            {"X-RateLimit-Interval-Milliseconds", "10000"},
            {"X-RateLimit-Limit-Daily", std::to_string(most_daily)},
            {"X-RateLimit-Daily-Remaining", std::to_string(most_daily - in_day_)}};
  }

private:
  Timestamp window_start_{};
  long in_window_ = 0;
  long in_day_ = 0;
  bool real_ = false;
};

} // namespace tidemark::sandbox
