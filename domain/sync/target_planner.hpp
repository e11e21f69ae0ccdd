#pragma once
#include "domain/sync/observation.hpp"

#include <vector>

/// Second half of the contact's decision: what should each system become?
namespace tidemark::domain {

struct TargetPlan {
  std::vector<events::TargetOutcome> outcomes; ///< one or more for each system
  std::vector<events::DeliveryIntended> intents;
  /// Values that stay as a person typed them in over there (requirement C21): only about fields
  /// that the observation changed or disputed.
  std::vector<events::ContactConflictDecided> kept;
};

/// `after` is the contact with the observation applied.
TargetPlan plan_targets(const Contact& after, const ObserveRecord& command,
                        const Observation& observation, const ContactId& id, const SyncRules& rules,
                        const Cause& cause);

/// What brings the contact's record to each system where it is not known (see mapping_repair.hpp):
/// one outcome for every system that takes contacts.
TargetPlan plan_repair(const Contact& contact, const ContactId& id, const SyncRules& rules,
                       const Cause& cause);

} // namespace tidemark::domain
