#pragma once
#include "storage/log_store.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <vector>

namespace tidemark::gateway {

/// Records that webhooks came again (I19), behind their answers: what came within a second as one,
/// each time that the number of repeats has doubled, and the rest when none came for a minute.
/// Holds the originals of the last minutes only. For several threads; knows no log: who asks
/// appends.
class Repeats {
public:
  static constexpr std::size_t originals_max = 10'000;
  static constexpr std::chrono::seconds gathered{1};
  static constexpr std::chrono::minutes pause{1};

  /// A repeat of the webhook at that position came.
  void add(const TenantId& tenant, const ConnectorName& connector, Position original,
           Timestamp now);
  /// What is to be recorded by now; `all`: whatever has not been, as at the end of the service.
  std::vector<storage::Append> due(Timestamp now, bool all = false);

private:
  struct Original {
    TenantId tenant;
    ConnectorName connector;
    std::uint64_t recorded = 0; ///< repeats that were handed out
    std::uint64_t pending = 0;  ///< and those that were not
    Timestamp first;            ///< of the pending ones
    Timestamp last;
  };
  static storage::Append append_for(Position original, Original& about);

  std::mutex guard_;
  std::map<Position, Original> originals_;
  Timestamp look_at_ = Timestamp::max(); ///< nothing is due before
};

/// Appends without waiting and without an answer: an overloaded log leaves a repeat out.
void append_repeats(storage::LogStore& log, std::vector<storage::Append> appends);

} // namespace tidemark::gateway
