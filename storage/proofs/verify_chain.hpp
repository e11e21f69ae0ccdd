#pragma once
#include "storage/log_store.hpp"

namespace tidemark::storage {

/// What a walk over the whole log found.
struct IntegrityReport {
  std::uint64_t events = 0; ///< good ones, from position 1
  Digest head{};            ///< hash of the last good one
  Position first_bad;       ///< 0: everything holds
  std::string problem;      ///< of the first bad one
  bool holds() const { return first_bad.value == 0; }
};

/// Checks every event: dense positions, hash chain, time and epoch never back, stored bodies equal
/// to their recorded hash and length. Stops at the first bad one; an unreadable record is a bad
/// one. `progress` is called now and then. Errors: storage_failed when the disk does not answer.
Result<IntegrityReport> verify_log(const LogStore& log,
                                   const std::function<void(Position)>& progress = {});

} // namespace tidemark::storage
