#pragma once
#include "gateway/ports.hpp"
#include "projections/table/scan.hpp"

#include <vector>

namespace tidemark::gateway {

/// One thing that waits, and for what.
struct Waiting {
  std::string system; ///< connector that it came from or goes to, "" where it is none's
  std::string reason_code;
  Timestamp since;
  std::string which; ///< id of the delivery, else position; no personal data
};
struct WaitingList {
  std::vector<Waiting> items;
  bool at_least = false; ///< there are more than were looked at
};
/// Of one kind at most so many are looked at.
inline constexpr std::size_t waiting_max = 10'000;

/// What lists of waiting things are read from.
struct WaitingSources {
  const projections::Scan& scan;
  const storage::LogStore& log;
  const TenantId& tenant;
  /// Else of what is parked or held only the oldest is looked up in the log: the others have its
  /// time, and no system.
  bool in_full = true;
};

/// Calls and messages that wait for their person, also too long.
Result<WaitingList> parked_now(const WaitingSources& from);
/// Words that may be an opt-out and that nobody has decided about.
Result<WaitingList> reviews_now(const WaitingSources& from);
/// Webhooks that are held.
Result<WaitingList> quarantine_now(const WaitingSources& from);

} // namespace tidemark::gateway
