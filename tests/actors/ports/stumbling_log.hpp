#pragma once
#include "storage/log_store.hpp"

#include <atomic>
#include <functional>
#include <mutex>

namespace tidemark::tests {

/// A log whose next reads fail, or whose next appends are not taken, as often as a test says, as on
/// a disk that has trouble for a moment.
class StumblingLog final : public storage::LogStore {
public:
  explicit StumblingLog(storage::LogStore& log) : log_(log) {}

  mutable std::atomic<int> scans_to_fail{0};   ///< of `read`
  mutable std::atomic<int> lookups_to_fail{0}; ///< of `tagged`
  mutable std::atomic<int> appends_to_refuse{0};
  /// Which appends are not taken; to be set while no engine runs.
  std::function<bool(const storage::Append&)> refuses = [](const storage::Append&) {
    return false;
  };
  /// Whose look-ups fail until it is another; to be set under `fails_guard`.
  TenantId fails_for;
  mutable std::mutex fails_guard;
  /// What happens to single events as they are read.
  std::function<void(events::StoredEvent&)> rewrites;
  /// The lowest position after which was read since a test raised it.
  mutable std::atomic<std::uint64_t> lowest_scan{UINT64_MAX};

  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (!refuses(append) && !stumbles(appends_to_refuse))
      return log_.submit(std::move(append), sink, token);
    storage::Settled refused{token, storage::NotTaken{"disk_low"}};
    sink.settled({&refused, 1});
  }
  Position durable() const override { return log_.durable(); }
  Digest head() const override { return log_.head(); }
  Epoch epoch() const override { return log_.epoch(); }
  Result<Position> read(Position after, std::size_t limit,
                        const storage::RecordVisitor& visit) const override {
    if (stumbles(scans_to_fail))
      return trouble();
    for (auto low = lowest_scan.load(); after.value < low;)
      if (lowest_scan.compare_exchange_weak(low, after.value))
        break;
    return log_.read(after, limit, visit);
  }
  Result<std::optional<events::StoredEvent>> at(Position position) const override {
    auto stored = log_.at(position);
    if (stored && *stored && rewrites)
      rewrites(**stored);
    return stored;
  }
  Result<std::vector<Position>> tagged(const TenantId& tenant, const events::Tag& tag,
                                       Position after, std::size_t limit) const override {
    if (stumbles(lookups_to_fail) || fails(tenant))
      return trouble();
    return log_.tagged(tenant, tag, after, limit);
  }
  Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const override {
    if (fails(tenant))
      return trouble();
    return log_.newest_tagged(tenant, tag);
  }
  Result<StreamVersion> version_of(const TenantId& tenant,
                                   const StreamName& stream) const override {
    return log_.version_of(tenant, stream);
  }
  std::shared_ptr<void> subscribe(std::function<void(Position)> advanced) override {
    return log_.subscribe(std::move(advanced));
  }

private:
  bool fails(const TenantId& tenant) const {
    const std::lock_guard lock(fails_guard);
    return !fails_for.value.empty() && tenant == fails_for;
  }
  static bool stumbles(std::atomic<int>& left) {
    auto count = left.load();
    while (count > 0)
      if (left.compare_exchange_weak(count, count - 1))
        return true;
    return false;
  }
  static Error trouble() { return {"storage_failed", "the test's disk has trouble"}; }

  storage::LogStore& log_;
};

} // namespace tidemark::tests
