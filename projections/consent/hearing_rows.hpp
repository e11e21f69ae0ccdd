#pragma once
#include "projections/table/projection.hpp"

/// Rows of the table `opt_outs` about systems that hear of opt-outs by forwarded bodies, and about
/// what is left to people.
///
///   config connectors                   the connectors of the tenant
///   contact <id> known <connector>      the system may know the person: by a body, by a message
///   contact <id> shown <position>       a record with a mark, as its body went on to a system
///   contact <id> by_hand <position>     somebody says that a mark was set by hand
///   delivery <id> retried               the delivery that brings the same about
///   hand <position>                     something may be left to people since there
namespace tidemark::projections {

bool hearing_wants(std::string_view type);
void hearing_rows(const events::Recorded& recorded, RowBatch& rows);

} // namespace tidemark::projections
