#pragma once
#include "projections/table/scan.hpp"

/// What systems disagreed about: reads the tables `conflicts`, `webhook_outcomes` and `deliveries`.
namespace tidemark::projections {

/// The last decision between systems about a field.
struct ConflictView {
  ContactId contact;
  std::string field;
  std::vector<std::pair<ConnectorName, std::string>> values; ///< what each side states
  ConnectorName winner;
  std::string value; ///< that stands
  std::string rule;
  Position position;
  Timestamp at;
  std::vector<ConnectorName> updated; ///< systems that the decision brought up to date
};

/// In the order of contact and field, of one contact when it is not ""; the cursor is opaque.
/// Errors: bad_cursor, table_damaged.
Result<Page<ConflictView>> conflicts_page(const Scan& scan, const TenantId& tenant,
                                          const ContactId& contact, std::string_view after,
                                          std::size_t limit);

} // namespace tidemark::projections
