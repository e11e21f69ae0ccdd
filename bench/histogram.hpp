#pragma once
#include <array>
#include <bit>
#include <cstdint>

namespace tidemark::bench {

/// Counts of durations in microseconds, exact to 1.6 %, in fixed memory.
class Histogram {
public:
  void add(std::uint64_t micros) {
    ++buckets_[index_of(micros)];
    ++count_;
    if (micros > max_)
      max_ = micros;
  }
  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }
  /// The duration that `share` (0 to 1) of all do not exceed.
  std::uint64_t quantile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > wanted)
        return value_of(i) < max_ ? value_of(i) : max_;
    }
    return max_;
  }

private:
  static constexpr unsigned bits = 6; // 64 steps within each power of two
  static std::size_t index_of(std::uint64_t value) {
    if (value < (1U << bits))
      return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - bits - 1;
    return (static_cast<std::size_t>(shift + 1) << bits)
           + static_cast<std::size_t>((value >> shift) - (1U << bits));
  }
  static std::uint64_t value_of(std::size_t index) {
    if (index < (1U << bits))
      return index;
    const auto shift = (index >> bits) - 1;
    return ((index & ((1U << bits) - 1)) + (1U << bits)) << shift;
  }

  std::array<std::uint64_t, 64U << bits> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

} // namespace tidemark::bench
