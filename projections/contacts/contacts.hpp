#pragma once
#include "projections/table/projection.hpp"

/// Who the contacts are: what each record says, what was merged, and how to find them.
///
///   contact <id> card                                the identity card, whole
///   contact <id> changed <mask>                      merged values, source, position
///   contact <id> observed <connector> <hash> <mask>  what a record was last seen to hold
///   contact <id> written <connector> <hash> <mask>   what we last wrote into a record
///   contact <id> tags <connector> <hash>             tags that a record was last seen to have
///   remote <connector> <hash>                        -> contact that was last given the record
///   phone|email <hash> <id>                          -> contact that was given the address
///   contested <hash> <id>                            -> contact that says it of another's address
///   word <hash> <id>                                 -> contact with this word in its name
///
/// A look-up row may be older than its contact's card: check the card (contact_view.cpp does).
namespace tidemark::projections {

extern const Projection contacts;

} // namespace tidemark::projections
