#pragma once
#include "projections/table/projection.hpp"

/// Messages by contact, newest first, and where they are shown.
///
///   told <contact> <position, counted down>   a source told of a message, or what became of one
///   shown <contact> <delivery> intent         it is to be shown in, or sent by, a system
///   shown <contact> <delivery> done           it is there: its id and thread over there
namespace tidemark::projections {

extern const Projection messages;

} // namespace tidemark::projections
