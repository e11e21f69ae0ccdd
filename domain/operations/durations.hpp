#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tidemark::domain {

/// How long something took, each time, counted in few buckets.
struct Durations {
  /// Where they end, in milliseconds; behind the last one stands one without an end. Among them the
  /// limits of the service level and of opt-outs: 10 s, 2 min, 5 min, 48 h.
  static constexpr std::array<std::uint32_t, 10> ends{
      100, 500, 1'000, 5'000, 10'000, 30'000, 120'000, 300'000, 3'600'000, 172'800'000};
  std::array<std::uint64_t, ends.size() + 1> counts{};
  std::uint64_t all = 0;
  double seconds = 0; ///< of all together

  /// A negative one, of a clock that was set back, counts as none.
  void note(std::chrono::microseconds took);
};

/// How many arrived in how much time (requirement H16).
struct ServiceLevel {
  static constexpr std::array<std::chrono::seconds, 3> ends{
      std::chrono::seconds{10}, std::chrono::minutes{2}, std::chrono::minutes{5}};
  std::array<std::uint64_t, ends.size() + 1> counts{}; ///< the last: what took longer

  void note(std::chrono::microseconds took);
  ServiceLevel& operator+=(const ServiceLevel& other);
  std::uint64_t all() const;
  bool operator==(const ServiceLevel&) const = default;
};

} // namespace tidemark::domain
