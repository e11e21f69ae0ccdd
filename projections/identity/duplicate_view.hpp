#pragma once
#include "domain/identity/duplicates.hpp"
#include "projections/table/scan.hpp"

/// Contacts that may be one person: reads the table `contacts`.
namespace tidemark::projections {

/// All clusters of a tenant. Looks at every contact: for people who ask, not for each request.
/// Those that were merged count as the one that they are part of.
Result<std::vector<domain::DuplicateCluster>> duplicates(const Scan& scan, const TenantId& tenant);

} // namespace tidemark::projections
