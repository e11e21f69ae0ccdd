#pragma once
#include "projections/table/scan.hpp"

#include <vector>

namespace tidemark::projections {

/// A webhook that may hold an opt-out of which nobody can tell whose it is (requirement O19).
struct UnreadableOptOut {
  Position webhook;
  ConnectorName connector;
  Timestamp since; ///< when it was read
};
/// In log order, at most `limit`.
Result<std::vector<UnreadableOptOut>> unreadable_opt_outs(const Scan& scan, const TenantId& tenant,
                                                          std::size_t limit);

} // namespace tidemark::projections
