#pragma once
#include "actors/world.hpp"
#include "events/delivery.hpp"

#include <variant>
#include <vector>

/// May this leave? Asked in the step that records the dispatch (architecture.md idea 5, rule 7).
namespace tidemark::actors {

/// Nothing stands against it; the append names `conditions`, so that an opt-out which arrives in
/// between makes it fail.
struct Clear {
  std::vector<storage::TagCondition> conditions;
  Position evidence; ///< known up to here
};
/// An opt-out sign stands under one of the person's addresses.
struct OptedOut {
  Position evidence;
};
/// A possible opt-out has come in and is not decided yet: wait until everything up to here is.
struct Undecided {
  Position until;
  bool opt_outs_only = false; ///< it is enough that every possible opt-out is
};
using ConsentVerdict = std::variant<Clear, OptedOut, Undecided>;

/// Looks under the consent tags of all addresses in the intent, and for opt-outs whose person is
/// not known before they are decided.
Result<ConsentVerdict> check_consent(const World& world, const events::DeliveryIntended& intent,
                                     const DecidedThrough& decided);

/// The consent tags of the addresses that an intent knows.
std::vector<events::Tag> consent_tags_of(const World& world,
                                         const events::DeliveryIntended& intent);

} // namespace tidemark::actors
