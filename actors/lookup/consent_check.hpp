#pragma once
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"
#include "domain/consent/suppression.hpp"
#include "domain/delivery/delivery.hpp"

#include <variant>
#include <vector>

/// May this leave? Asked in the step that records the dispatch (idea 5, rule 7).
namespace tidemark::actors {

/// Nothing stands against it; the append names `conditions`, so that an opt-out which arrives in
/// between makes it fail.
struct Clear {
  std::vector<storage::TagCondition> conditions;
  Position evidence; ///< known up to here
};
/// The person opted out.
struct OptedOut {
  Position evidence; ///< the statement that says so
};
/// A person has to decide whether it was an opt-out; the delivery waits until then.
struct InReview {
  Position evidence;
};
/// A possible opt-out has come in and is not decided yet: wait until everything up to here is.
struct Undecided {
  Position until;
  bool opt_outs_only = false; ///< it is enough that every possible opt-out is
};
using ConsentVerdict = std::variant<Clear, OptedOut, InReview, Undecided>;

/// Looks at the consent of all addresses that the delivery knows, and for opt-outs whose person is
/// not known before they are decided.
Result<ConsentVerdict> check_consent(const TenantContext& context,
                                     const domain::PendingDelivery& delivery,
                                     const DecidedThrough& decided);

/// The statement that had closed the address when an agent's message came in, 0 when it was open.
/// Whoever wrote it was told that it does not leave, and that is final, whatever was said since.
Result<Position> closed_when_written(const TenantContext& context,
                                     const domain::PendingDelivery& delivery);

} // namespace tidemark::actors
