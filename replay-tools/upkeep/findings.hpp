#pragma once
#include "base/keyed_hash.hpp"
#include "projections/table/scan.hpp"
#include "storage/log_store.hpp"

#include <string>

namespace tidemark::tools {

/// What one part of `tidemark check` found.
struct CheckFinding {
  std::string part;
  std::uint64_t looked_at = 0;
  std::string of{};        ///< what was looked at, such as "events"
  std::string looked{};    ///< said instead, where it cannot be counted
  std::uint64_t count = 0; ///< of them that do not hold
  std::string first{};     ///< the first of those
  std::string todo{};      ///< what to do about it
  bool unreadable = false; ///< it could not be looked at

  void add(const std::string& example) {
    if (count++ == 0)
      first = example;
  }
};

/// Does each record's newest owner know the record, and each record of a contact's list the
/// contact?
Result<CheckFinding> check_mappings(const projections::Scan& scan, const TenantId& tenant);

/// Intents without an end that nobody will take up: their system is not configured any more, or
/// gets nothing.
Result<CheckFinding> check_intents(const storage::LogStore& log, const TenantId& tenant);

/// Opt-outs that stand, against what each system confirmed, showed when it was read last, or a
/// person set there. Those of the last five minutes are on their way.
Result<CheckFinding> check_opt_outs(const projections::Scan& scan, const TenantId& tenant,
                                    Timestamp now);

} // namespace tidemark::tools
