#pragma once
#include "projections/table/scan.hpp"

#include <vector>

namespace tidemark::projections {

/// A delivery that was refused or given up and that nobody has seen to: what it was to bring about
/// did not come there since, it was not tried again, and nobody wrote it off. Values are there once
/// any values of the contact were written there later, an action once one that does the same was.
struct FailedDelivery {
  DeliveryId delivery;
  ConnectorName target;
  ContactId contact;
  Reason reason_code = Reason::none;
  Timestamp since;
};
/// Of those that failed at `from` or later the first `rows_max`, in log order, without what `skip`
/// says of their reason code. Reads the tables `deliveries` and `contacts`.
Result<std::vector<FailedDelivery>> failed_deliveries(const Scan& scan, const TenantId& tenant,
                                                      Timestamp from,
                                                      bool (*skip)(Reason reason_code),
                                                      std::size_t rows_max);

} // namespace tidemark::projections
