#pragma once
#include "events/recorded.hpp"
#include "storage/log_store.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tidemark::tools {

/// What a stretch of the log holds, in figures.
struct DayFigures {
  std::uint64_t events = 0, bytes = 0;
  std::uint64_t webhooks = 0;
  std::map<std::string, std::uint64_t> deliveries; ///< conclusions, by outcome
  std::map<std::string, std::uint64_t> errors;     ///< answers and ends that were none, by reason
  std::uint64_t opt_outs = 0;                      ///< statements that closed an address
  std::uint64_t deadlines_missed = 0, violations = 0;
  /// From the input that says so to the system's word that it took it, one for each system.
  std::vector<std::chrono::microseconds> confirmed_after;

  /// For good, but for those that somebody ended on purpose.
  std::uint64_t failed() const;
};

/// The duration that `share` of them did not exceed; 0 without any.
std::chrono::microseconds share_of(std::vector<std::chrono::microseconds> durations, double share);

/// Of the events behind `after` up to `last`, of a tenant, or of all with "". Errors: those of
/// reading.
Result<DayFigures> day_figures(const storage::LogStore& log, const TenantId& tenant, Position after,
                               Position last);

} // namespace tidemark::tools
