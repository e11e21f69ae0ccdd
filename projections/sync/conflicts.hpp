#pragma once
#include "projections/table/projection.hpp"

/// What systems disagreed about, and which value stands.
///
///   conflict <contact> <field>   the last decision between systems
namespace tidemark::projections {

extern const Projection conflicts;

} // namespace tidemark::projections
