#pragma once
#include "projections/table/projection.hpp"
#include "projections/table/scan.hpp"

#include <vector>

/// Custom fields that a system has otherwise than they are configured for it (requirement C24).
///
///   fault <connector>   what the last look that told anything found
///   config              the connectors for which some are configured
namespace tidemark::projections {

extern const Projection custom_fields;

struct CustomFieldFaults {
  ConnectorName connector;
  std::vector<std::string> fields; ///< our names of them
  Timestamp since;
};
/// In the order of their names. Errors: table_damaged.
Result<std::vector<CustomFieldFaults>> custom_field_faults(const Scan& scan,
                                                           const TenantId& tenant);

} // namespace tidemark::projections
