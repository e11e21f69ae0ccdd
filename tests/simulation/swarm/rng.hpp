#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tidemark::sim {

/// SplitMix64: small, the same on every machine. Not for anything that must be hard to guess.
class Rng {
public:
  /// Streams of one seed are independent, so that leaving one thing out changes no other.
  Rng(std::uint64_t seed, std::string_view stream) : state_(seed * 0x9E3779B97F4A7C15ULL) {
    for (const char c : stream)
      state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    next();
  }
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  /// 0 to n - 1; n > 0.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  /// True in `per_mille` of a thousand cases.
  bool chance(std::uint32_t per_mille) { return next() % 1000 < per_mille; }
  template <class T>
  T& pick(std::vector<T>& from) {
    return from[below(from.size())];
  }

private:
  std::uint64_t state_;
};

} // namespace tidemark::sim
