#pragma once
#include "storage/log_store.hpp"

#include <deque>
#include <optional>

namespace tidemark::app {

/// When events were recorded: the newest from memory, older ones from the log.
class RecordTimes {
public:
  explicit RecordTimes(const storage::LogStore& log) : log_(log) {}

  /// The next of the log; one that was there already changes nothing.
  void add(Position position, Timestamp at) {
    if (!times_.empty() && position.value != first_ + times_.size()) {
      if (position.value < first_ + times_.size())
        return;
      times_.clear();
    }
    if (times_.empty())
      first_ = position.value;
    times_.push_back(at);
    if (times_.size() > kept) {
      times_.pop_front();
      ++first_;
    }
  }
  std::optional<Timestamp> of(Position position) const {
    if (position.value >= first_ && position.value - first_ < times_.size())
      return times_[position.value - first_];
    const auto stored = log_.at(position);
    return stored && *stored ? std::optional((*stored)->envelope.recorded_at) : std::nullopt;
  }

private:
  static constexpr std::size_t kept = 200'000; // 1.6 MB
  const storage::LogStore& log_;
  std::uint64_t first_ = 1; ///< position of the first that is kept
  std::deque<Timestamp> times_;
};

} // namespace tidemark::app
