#pragma once
#include "events/consent.hpp"
#include "projections/table/scan.hpp"

#include <vector>

/// What was told of deadlines and violations, from the table `opt_outs`.
namespace tidemark::projections {

/// A deadline that was told to be near or missed and is not settled.
struct ToldDeadline {
  events::DeadlineReached event;
  Timestamp told; ///< when
};
Result<std::vector<ToldDeadline>> told_deadlines(const Scan& scan, const TenantId& tenant);

/// A message, or a call, that was told to be a violation.
struct ToldViolation {
  AddressHash address_hash;
  ConnectorName connector;
  bool is_call = false;
  Position message;
  Position opt_out;
  Position position; ///< of the event that tells it
  Timestamp told;
};
/// Of messages after `after`, in their order.
Result<std::vector<ToldViolation>> told_violations(const Scan& scan, const TenantId& tenant,
                                                   Position after = {});

} // namespace tidemark::projections
