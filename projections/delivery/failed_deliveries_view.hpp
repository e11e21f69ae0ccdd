#pragma once
#include "projections/table/scan.hpp"

#include <vector>

namespace tidemark::projections {

/// A delivery that was refused or given up, and nothing was written at its contact in that system
/// since.
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
