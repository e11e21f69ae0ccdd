#include "domain/operations/memory_trend.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace tidemark::domain {
namespace {

constexpr std::chrono::minutes between_samples{1}, looked_back{60};
constexpr std::size_t least_samples = 15;
constexpr std::uint64_t least_change = 16U << 20U, share_of_change = 20;

} // namespace

std::string_view name_of(Trend trend) {
  constexpr std::array<std::string_view, 4> names{"not_known", "steady", "rises", "falls"};
  return names.at(static_cast<std::size_t>(trend));
}

void MemoryTrend::note(Timestamp at, std::uint64_t bytes) {
  if (!samples_.empty() && at < samples_.back().at) // the clock was set back
    samples_.clear();
  if (!samples_.empty() && at - samples_.back().at < between_samples)
    return;
  samples_.push_back({at, bytes});
  while (at - samples_.front().at > looked_back)
    samples_.pop_front();
}

MemoryTrend::Report MemoryTrend::report() const {
  Report out;
  if (samples_.empty())
    return out;
  std::vector<std::uint64_t> bytes;
  for (const auto& sample : samples_)
    bytes.push_back(sample.bytes);
  const auto [least, most] = std::ranges::minmax(bytes);
  out.least = least;
  out.most = most;
  out.minutes = static_cast<std::uint64_t>(
      std::chrono::round<std::chrono::minutes>(samples_.back().at - samples_.front().at).count());
  const auto third = static_cast<std::ptrdiff_t>((bytes.size() + 2) / 3);
  const auto middle = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    std::vector<std::uint64_t> part(bytes.begin() + from, bytes.begin() + to);
    std::ranges::nth_element(part, part.begin() + (to - from) / 2);
    return part[part.size() / 2];
  };
  const auto size = static_cast<std::ptrdiff_t>(bytes.size());
  out.begun = middle(0, third);
  out.ended = middle(size - third, size);
  if (bytes.size() < least_samples)
    return out;
  const auto between = middle(third, size - third);
  const auto change = out.ended > out.begun ? out.ended - out.begun : out.begun - out.ended;
  const bool is_much = change >= std::max(least_change, out.begun / share_of_change);
  out.trend = !is_much                                     ? Trend::steady
              : out.begun < between && between < out.ended ? Trend::rises
              : out.begun > between && between > out.ended ? Trend::falls
                                                           : Trend::steady;
  return out;
}

} // namespace tidemark::domain
