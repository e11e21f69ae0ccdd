#pragma once
#include "projections/table/projection.hpp"

/// What became of each delivery. One row for each kind of fact; a reader composes them.
///
///   delivery <id> intent   contact, target, operation, fields wanted (names only)
///   delivery <id> sent     the newest request: attempt, step
///   delivery <id> state    the newest conclusion: state, reason, not before
///   delivery <id> retry    what was decided about the newest request to try it again
///   delivery <id> retried  the delivery by which it was tried again
///   delivery <id> written_off  who wrote it off, and why
///   thing <target> <contact> <hash> <id>  actions that would bring about the same thing
///   open <id>              while it is neither accepted, superseded nor suppressed
///   failed <day> <position>  by the day (since 1970): it was refused or given up
///   reached <target> <contact>  the newest values that a system took without telling a record's id
namespace tidemark::projections {

extern const Projection deliveries;

} // namespace tidemark::projections
