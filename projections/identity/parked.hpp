#pragma once
#include "projections/table/projection.hpp"

namespace tidemark::projections {

/// Commands that wait for their person, and those that have waited too long (requirement C18).
/// Rows, JSON, by tenant:
///   "waiting"|"dead", input, index   position at input index kind waiting_for key since
extern const Projection parked;

} // namespace tidemark::projections
