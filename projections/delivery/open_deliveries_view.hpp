#pragma once
#include "projections/table/scan.hpp"

namespace tidemark::projections {

/// A delivery that has no end yet.
struct OpenDelivery {
  DeliveryId delivery;
  ConnectorName target;
  Reason reason_code = Reason::none; ///< of its newest answer; none: nothing was sent yet
  Timestamp since;                   ///< when it was intended
};
struct OpenDeliveries {
  std::vector<OpenDelivery> items;
  bool cut = false; ///< there are more than were looked at
};
/// Those that were intended before `before`; at most `rows_max` that are open or failed are looked
/// at. Reads the table `deliveries`.
Result<OpenDeliveries> open_deliveries(const Scan& scan, const TenantId& tenant, Timestamp before,
                                       std::size_t rows_max);

} // namespace tidemark::projections
