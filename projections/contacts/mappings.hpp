#pragma once
#include "projections/table/projection.hpp"

/// Which record in which system belongs to which contact.
///
///   record <connector> <hash> id                    the remote id itself; gone when removed there
///   record <connector> <hash> seen <id> <position>  an identity card gave the record to the
///   contact contact <id> <connector> <hash>                 the records that a contact was ever
///   given
///
/// A mapping exists while its `id` row does; its contact is that of the newest `seen` row, and it
/// has stood since the oldest `seen` row of that contact.
namespace tidemark::projections {

extern const Projection mappings;

} // namespace tidemark::projections
