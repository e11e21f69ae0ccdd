#include "domain/delivery/connector_report.hpp"

#include <algorithm>
#include <cmath>

namespace tidemark::domain {
namespace {

constexpr double buckets_per_doubling = 8;

/// The last that its bucket holds.
double end_of(std::size_t bucket) {
  return std::exp2(static_cast<double>(bucket) / buckets_per_doubling);
}

std::size_t bucket_of(std::chrono::milliseconds duration) {
  const auto milliseconds = static_cast<double>(std::max<std::int64_t>(1, duration.count()));
  const auto bucket = std::ceil(std::log2(milliseconds) * buckets_per_doubling);
  return std::min(static_cast<std::size_t>(bucket), RequestCounts::buckets - 1);
}

} // namespace

void RequestCounts::note(bool has_failed, std::chrono::milliseconds duration) {
  ++ended;
  failed += has_failed ? 1U : 0U;
  milliseconds += static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
  ++took[bucket_of(duration)];
}

void OperationCounts::note(std::string_view operation, bool has_failed,
                           std::chrono::milliseconds duration) {
  auto at = by_name.find(operation);
  if (at == by_name.end())
    at = by_name.try_emplace(by_name.size() < names_max ? std::string(operation) : "other").first;
  at->second.note(has_failed, duration);
}

RequestCounts RequestCounts::since(const RequestCounts& earlier) const {
  if (ended < earlier.ended)
    return *this;
  RequestCounts out = *this;
  out.ended -= earlier.ended;
  out.failed -= std::min(failed, earlier.failed);
  out.milliseconds -= std::min(milliseconds, earlier.milliseconds);
  for (std::size_t bucket = 0; bucket < buckets; ++bucket)
    out.took[bucket] -= std::min(took[bucket], earlier.took[bucket]);
  return out;
}

std::chrono::milliseconds RequestCounts::quantile(double share) const {
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    seen += took[bucket];
    if (seen > 0 && static_cast<double>(seen) >= share * static_cast<double>(ended))
      return std::chrono::milliseconds(
          static_cast<std::int64_t>(bucket == 0 ? 0.0 : std::floor(end_of(bucket - 1)) + 1));
  }
  return {};
}

std::string_view name_of(PauseOf of) {
  constexpr std::array<std::string_view, 4> names{"connector", "all_sending", "tenant", "restore"};
  return names[static_cast<std::size_t>(of)];
}

std::string_view words_of(PauseOf of) {
  constexpr std::array<std::string_view, 4> words{"paused", "all sending is stopped",
                                                  "the tenant is suspended",
                                                  "all sending waits until a restore is signed"};
  return words[static_cast<std::size_t>(of)];
}

std::string_view name_of(AccountState state) {
  static constexpr std::array<std::string_view, 5> names{"connected", "renewing", "not_connected",
                                                         "reconnect_needed", "failing"};
  return names[static_cast<std::size_t>(state)];
}

} // namespace tidemark::domain
