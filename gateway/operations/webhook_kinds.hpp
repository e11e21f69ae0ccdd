#pragma once
#include "gateway/ports.hpp"
#include "projections/intake/kind_counts.hpp"

#include <mutex>
#include <string>

namespace tidemark::gateway {

/// Which kinds of events came lately. Reads the log on when it is asked: from the start on for
/// metrics, and from a day before once somebody asks what came. For several threads.
class WebhookKinds {
public:
  /// Events of the last day that are read the first time; a busier log is counted from later on.
  static constexpr std::uint64_t events_max = 5'000'000;

  WebhookKinds(const storage::LogStore& log, const WallClock& clock);

  struct Answer {
    projections::KindCounts::Kinds kinds;
    Timestamp since;       ///< what was read from then on is counted
    bool whole_day = true; ///< else the day had more events than are read
  };
  /// The kinds of a connector in the last 24 hours, to the hour. Errors: of the log.
  Result<Answer> of(const TenantId& tenant, const ConnectorName& connector);
  /// Since the start, of the connectors that are configured, in Prometheus text form; what is
  /// known where the log cannot be read.
  std::string metrics(const std::vector<WebhookSource>& sources);

private:
  Status read_the_day(); ///< instead of what came since the start alone
  Status read_on();
  Result<Position> begin(); ///< the newest event that need not be read

  const storage::LogStore& log_;
  const WallClock& clock_;
  std::mutex guard_;
  projections::KindCounts counts_;
  const Timestamp started_;
  bool day_read_ = false;
  Position read_to_; ///< the newest event that is counted
  Timestamp from_;   ///< of the first event that was read; 0: all of the log was
};

} // namespace tidemark::gateway
