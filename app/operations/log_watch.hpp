#pragma once
#include "app/operations/failure_log.hpp"
#include "app/watches/kinds_watch.hpp"

namespace tidemark::app {

/// Reads the log on for those that look at what was recorded: failures since the start, unknown
/// kinds also among the newest events before it.
class LogWatch {
public:
  explicit LogWatch(const storage::LogStore& log);

  /// About once a second. What cannot be read is read again the next time.
  void read_on();
  const KindsWatch& kinds() const { return kinds_; }

private:
  Result<bool> look(std::string_view record);

  const storage::LogStore& log_;
  const Position begun_; ///< where the log ended at the start
  Position read_to_;
  KindsWatch kinds_;
  FailureLog failures_;
};

} // namespace tidemark::app
