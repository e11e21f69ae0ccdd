#include "domain/operations/durations.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace tidemark::domain {

void Durations::note(std::chrono::microseconds took) {
  const auto held = std::max(took, std::chrono::microseconds{0});
  const auto bucket = std::ranges::find_if(
      ends, [&](std::uint32_t end) { return held <= std::chrono::milliseconds{end}; });
  ++counts[static_cast<std::size_t>(bucket - ends.begin())];
  ++all;
  seconds += std::chrono::duration<double>(held).count();
}

void ServiceLevel::note(std::chrono::microseconds took) {
  const auto bucket = std::ranges::find_if(ends, [&](auto end) { return took < end; });
  ++counts[static_cast<std::size_t>(bucket - ends.begin())];
}

ServiceLevel& ServiceLevel::operator+=(const ServiceLevel& other) {
  std::ranges::transform(counts, other.counts, counts.begin(), std::plus<>());
  return *this;
}

std::uint64_t ServiceLevel::all() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

} // namespace tidemark::domain
