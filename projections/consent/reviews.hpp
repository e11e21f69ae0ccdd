#pragma once
#include "projections/table/projection.hpp"

/// What a person has to look at, by the position of the input that led to it.
///
///   review <input> consent <address hash>  something said that may be an opt-out
///   review <input> decided <address hash>  what a person made of it
///   review <position> identity             two contacts that may be one person
///   open <input> <address hash>            a consent review until somebody has decided it; what an
///                                          opt-in answered stays: ask the send gate
///   contact <id> <position>                the identity reviews of a contact
///   address <hash> <input>                 the consent reviews of an address
namespace tidemark::projections {

extern const Projection reviews;

} // namespace tidemark::projections
