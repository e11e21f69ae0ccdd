#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/sync/observation.hpp"

#include <vector>

/// Second half of the contact's decision: what should each system become?
namespace tidemark::domain {

/// The contact's values for each system, which `plan` sees with the observation applied. Returns
/// the values that stay as a person typed them in over there (requirement C21): only about fields
/// that the observation changed or disputed.
std::vector<events::ContactConflictDecided> plan_targets(Plan& plan, const ObserveRecord& command,
                                                         const Observation& observation);

/// What brings the contact's record to each system where it is not known (see mapping_repair.hpp):
/// one outcome for every system that takes contacts.
void plan_repair(Plan& plan);

/// The contact's values once more for one system that takes contacts: those that it lacks by what
/// is known, as after an edit. One outcome for the system.
void plan_values(Plan& plan, const SystemRule& system);

/// From now on the values are on their way. `after` is what the plan sees.
void expect_values(Contact& after, const Plan& plan);

} // namespace tidemark::domain
