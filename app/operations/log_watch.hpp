#pragma once
#include "app/operations/failure_log.hpp"
#include "app/operations/slow_operations.hpp"
#include "app/watches/kinds_watch.hpp"

namespace tidemark::app {

/// Reads the log on for those that look at what was recorded: failures and slow answers since the
/// start, unknown kinds also among the newest events before it. Where they are wanted, each event
/// is a line of the service's log.
class LogWatch {
public:
  /// `slow` lives as long as this.
  LogWatch(const storage::LogStore& log, SlowOperations& slow);

  /// About once a second. What cannot be read is read again the next time.
  void read_on();
  const KindsWatch& kinds() const { return kinds_; }

private:
  Result<bool> look(std::string_view record);
  void note_slow(const events::Envelope& envelope, const events::Event& event);

  const storage::LogStore& log_;
  const Position begun_; ///< where the log ended at the start
  Position read_to_;
  KindsWatch kinds_;
  FailureLog failures_;
  SlowOperations& slow_;
};

} // namespace tidemark::app
