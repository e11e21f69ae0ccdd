#pragma once
#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

namespace tidemark::storage {

/// What happens on any storage error (idea 7): first nobody gets a 2xx any more, then
/// the process ends. A sync is never tried again.
struct FailStop {
  /// Sets the "no more 2xx" mark of whoever answers.
  std::function<void()> no_more_acks;
  /// Ends the process. None: a line on stderr and _exit(74). If it returns (tests), appends that
  /// were under way are never answered, for nobody knows what became of them.
  std::function<void(const Error&)> end;
};

/// How much of the disk is free, in four steps (3.4 point 4).
enum class DiskLevel : std::uint8_t {
  plenty,
  no_new_outbound, ///< under 15 %: start no new deliveries
  shed,            ///< under 8 %: webhooks without a sign of an opt-out are not taken
  stop,            ///< under 3 %: nothing is taken but webhooks with a sign of an opt-out
};

struct LogOptions {
  std::size_t queue_bytes = 64U << 20;     ///< beyond it appends are not taken: overloaded
  std::size_t group_bytes = 16U << 20;     ///< about the most that one sync covers
  std::size_t group_appends = SIZE_MAX;    ///< 1 makes one sync for each append, to measure against
  std::chrono::milliseconds stall{30'000}; ///< a group that takes longer ends the process
  std::chrono::milliseconds guard_period{1'000}; ///< fence, stall and disk are looked at this often
  std::function<double()> free_share; ///< free part of the disk, 0 to 1; none: ask the file system
  /// After a failure: opt-outs that come so late are taken yet, into the spool.
  std::chrono::milliseconds last_opt_outs{1'000};
  /// Behind that, so that the answers of spooled opt-outs go out before the process ends.
  std::chrono::milliseconds answers_leave{250};
  FailStop fail_stop;
  bool count_syncs = false; ///< for measuring: see LogCounts
};

/// What the writer did since it was opened.
struct LogCounts {
  std::uint64_t groups = 0; ///< commits, each with one write and one sync
  std::uint64_t events = 0;
  std::uint64_t syncs = 0; ///< of the write-ahead log, as RocksDB counts them; 0 unless counted
};

} // namespace tidemark::storage
