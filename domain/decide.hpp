#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

#include <vector>

/// The decision of one contact (rules 8 and 10). With `evolve` it is the whole of it.
namespace tidemark::domain {

/// What follows from a command, given everything recorded about the contact. Never empty: the first
/// event is always `contact.observed` with an outcome for the source and for each target.
std::vector<events::Event> decide(const Contact& contact, const Command& command,
                                  const DecisionContext& context);

} // namespace tidemark::domain
