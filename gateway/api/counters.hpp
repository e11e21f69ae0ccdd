#pragma once
#include "gateway/api/routes.hpp"
#include "gateway/http/framing.hpp"
#include "gateway/ports.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>

namespace tidemark::gateway {

/// What became of a webhook.
enum class WebhookOutcome : std::uint8_t {
  accepted,
  duplicate,
  forged,
  stale,
  shed,
  refused,
  limited
};
inline constexpr std::array<std::string_view, 7> webhook_outcome_names{
    "accepted", "duplicate", "forged", "stale", "shed", "refused", "limited"};

/// How long acknowledgements took: buckets and their sum.
struct AckTimes {
  static constexpr std::array<double, 10> ends{0.001, 0.0025, 0.005, 0.01, 0.025,
                                               0.05,  0.1,    0.5,   1,    5}; ///< seconds
  std::array<std::atomic<std::uint64_t>, ends.size() + 1> counts{};
  std::atomic<std::uint64_t> microseconds{0};

  void note(std::chrono::microseconds took);
};

/// What the gateway counts. The hot path adds to atomics only.
class Counters {
public:
  Counters(const std::vector<WebhookSource>& sources, Routes routes);

  /// There are more sources now. Before one of them is counted.
  void know(const std::vector<WebhookSource>& sources);

  /// `route` is a row of the table, or null: nothing there, or refused before it was known. Whoever
  /// shows no token counts under "none" too: strangers add no series.
  void request(const Route* route, std::uint16_t status);
  void webhook(std::size_t source, WebhookOutcome outcome);
  /// A webhook was answered as taken, so long after its head was there.
  void acknowledged(std::size_t source, std::chrono::microseconds took) {
    of(source).acknowledgements.note(took);
  }
  /// A forged webhook, with the verifier's word for it.
  void forged(std::size_t source, Reason reason_code);
  void refused(Refusal refusal);
  void bytes(std::size_t in, std::size_t out);
  void connection_opened() { open_.fetch_add(1, std::memory_order_relaxed); }
  void connection_closed() { open_.fetch_sub(1, std::memory_order_relaxed); }
  void connection_turned_away() { turned_away_.fetch_add(1, std::memory_order_relaxed); }

  std::uint64_t refusals(Refusal refusal) const;
  std::uint64_t webhooks(std::size_t source, WebhookOutcome outcome) const;
  std::uint64_t open_connections() const { return open_.load(std::memory_order_relaxed); }

  /// Everything in Prometheus text form.
  std::string text() const;

private:
  std::size_t row_of(const Route* route, std::uint16_t status) const;
  using Count = std::atomic<std::uint64_t>;
  static constexpr std::size_t statuses_max = 24;

  struct OfSource {
    std::array<Count, webhook_outcome_names.size()> outcomes{};
    AckTimes acknowledgements;
  };
  static constexpr std::size_t chunk = 1024, chunks_max = 1024;
  OfSource& of(std::size_t source) const {
    return (*webhooks_[source / chunk].load())[source % chunk];
  }

  /// Tenant, connector. Guarded by `forged_guard_`.
  std::vector<std::pair<std::string, std::string>> source_names_;
  Routes routes_;
  std::vector<std::array<Count, statuses_max>> requests_; ///< by row; the last without a route
  std::array<std::atomic<std::array<OfSource, chunk>*>, chunks_max> webhooks_{}; ///< stay in place
  std::deque<std::array<OfSource, chunk>> chunks_; ///< that those point to
  std::array<Count, refusal_names.size()> refusals_{};
  Count bytes_in_{0};
  Count bytes_out_{0};
  Count open_{0};
  Count turned_away_{0};
  mutable std::mutex forged_guard_;
  std::map<std::pair<std::size_t, Reason>, std::uint64_t> forged_;
};

} // namespace tidemark::gateway
