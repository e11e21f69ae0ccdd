#pragma once
#include "projections/table/projection.hpp"
#include "projections/table/scan.hpp"

#include <string>
#include <vector>

/// Who stands on which call list, as far as we brought it about (requirement M10), and lists that a
/// system does not have (requirement M9).
namespace tidemark::projections {

extern const Projection lists;

/// How a list stands.
struct ListStatus {
  ConnectorName target;
  std::string list;
  std::uint64_t members = 0;
  std::uint64_t waiting = 0; ///< joins and leaves that have no answer yet
  std::uint64_t errors = 0;  ///< contacts whose last join or leave came to nothing
  Timestamp last_sync;       ///< of the newest answer; `Timestamp{}` when there is none
};
/// Lists of a system, or with "" of all, in the order of names.
Result<std::vector<ListStatus>> list_statuses(const Scan& scan, const TenantId& tenant,
                                              const ConnectorName& target);

struct ContactList {
  ConnectorName target;
  std::string list;
  Timestamp since;
};
/// Lists that the contact is on.
Result<std::vector<ContactList>> lists_of(const Scan& scan, const TenantId& tenant,
                                          const ContactId& contact);

/// A list that contacts should be on and that the system does not have.
struct MissingList {
  ConnectorName target;
  std::string list; ///< the exact name
  std::uint64_t contacts = 0;
  Timestamp since{};
  DeliveryId delivery{}; ///< the newest that failed because of it
};
/// In the order of names. At most `contacts_max` contacts are counted of each list; contacts that
/// opted out since do not wait.
Result<std::vector<MissingList>> missing_lists(const Scan& scan, const TenantId& tenant,
                                               std::size_t contacts_max);

} // namespace tidemark::projections
