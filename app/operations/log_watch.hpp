#pragma once
#include "app/metrics/slow_operations.hpp"
#include "app/operations/failure_log.hpp"
#include "app/operations/record_times.hpp"
#include "app/watches/kinds_watch.hpp"
#include "domain/operations/flow_times.hpp"

namespace tidemark::app {

/// Reads the log on for those that look at what was recorded: failures, slow answers and how long
/// everything took since the start, unknown kinds also among the newest events before it. Where
/// they are wanted, each event is a line of the service's log.
class LogWatch {
public:
  /// `slow` lives as long as this.
  LogWatch(const storage::LogStore& log, SlowOperations& slow);

  /// About once a second. What cannot be read is read again the next time.
  void read_on();
  const KindsWatch& kinds() const { return kinds_; }
  const domain::FlowTimes& flows() const { return flows_; }
  std::optional<Timestamp> recorded_at(Position position) const { return times_.of(position); }

private:
  Result<bool> look(std::string_view record);
  Result<bool> look_into(std::string_view record, const events::RecordHeader& header);
  void note_slow(const events::Envelope& envelope, const events::Event& event);

  const storage::LogStore& log_;
  const Position begun_; ///< where the log ended at the start
  Position read_to_;
  RecordTimes times_;
  domain::FlowTimes flows_;
  KindsWatch kinds_;
  FailureLog failures_;
  SlowOperations& slow_;
};

} // namespace tidemark::app
