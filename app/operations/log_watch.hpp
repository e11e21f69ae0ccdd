#pragma once
#include "app/metrics/slow_operations.hpp"
#include "app/operations/failure_log.hpp"
#include "app/operations/record_times.hpp"
#include "app/watches/kinds_watch.hpp"
#include "domain/operations/flow_times.hpp"
#include "domain/operations/trace_fold.hpp"

namespace tidemark::app {

/// Reads the log on for those that look at what was recorded: failures, slow answers, spans and how
/// long everything took since the start, unknown kinds also among the newest events before it.
/// Where they are wanted, each event is a line of the service's log.
class LogWatch {
public:
  /// `slow` lives as long as this.
  LogWatch(const storage::LogStore& log, SlowOperations& slow);

  /// The spans of what is recorded from the start on.
  using SpanSink = std::function<void(std::vector<domain::Span>)>;
  void trace_into(SpanSink sink) { span_sink_ = std::move(sink); }
  /// About once a second. What cannot be read is read again the next time.
  void read_on();
  const KindsWatch& kinds() const { return kinds_; }
  const domain::FlowTimes& flows() const { return flows_; }
  std::optional<Timestamp> recorded_at(Position position) const { return times_.of(position); }

private:
  Result<bool> look(std::string_view record);
  Result<bool> look_into(std::string_view record, const events::RecordHeader& header);
  bool traces(bool is_new) const { return is_new && span_sink_; }
  std::optional<events::Recorded> at(Position position) const;
  void note_slow(const events::Envelope& envelope, const events::Event& event);

  const storage::LogStore& log_;
  const Position begun_; ///< where the log ended at the start
  Position read_to_;
  RecordTimes times_;
  domain::FlowTimes flows_;
  SpanSink span_sink_; ///< none: nobody traces
  domain::TraceFold spans_;
  KindsWatch kinds_;
  FailureLog failures_;
  SlowOperations& slow_;
};

} // namespace tidemark::app
