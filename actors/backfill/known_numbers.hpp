#pragma once
#include "actors/ports/tenant_context.hpp"

#include <optional>
#include <string>
#include <vector>

/// Whom a system that offers no list is asked about, number by number. By the tables, which may
/// lag: this only chooses whom to ask about.
namespace tidemark::actors {

struct KnownNumber {
  std::string phone;
  std::string cursor; ///< behind it; "" when it is the last
};

/// The next of all records there behind the cursor; nothing behind the last. Errors:
/// table_damaged.
Result<std::optional<KnownNumber>> next_of_all(const TenantContext& context,
                                               const ConnectorName& connector, std::string after);

/// Marks that a person has to set there.
struct MarksToSet {
  std::vector<ContactId> due; ///< to be looked for (domain/backfill/read_back.hpp), by their ids
  std::size_t all = 0;        ///< also those that are not due
};
/// Those that fell due after `after`, at the latest at `until`. Errors: table_damaged.
Result<MarksToSet> marks_to_set(const TenantContext& context, const ConnectorName& connector,
                                Timestamp after, Timestamp until);

/// The next of these contacts behind the cursor. Errors: table_damaged.
Result<std::optional<KnownNumber>> next_of(const std::vector<ContactId>& contacts,
                                           const TenantContext& context,
                                           const ConnectorName& connector, std::string after);

} // namespace tidemark::actors
