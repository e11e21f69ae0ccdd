#pragma once
#include "domain/identity/identity.hpp"

#include <optional>
#include <vector>

/// Two contacts become one, or two again: identity's part (requirement C8, rule 9).
namespace tidemark::domain {

struct MergeDecision {
  std::vector<TaggedEvent> events;            ///< empty when refused
  std::optional<events::SkippedPart> refusal; ///< why nothing happens
  IdentityCard before;                        ///< of the contact that stays
};

/// All keys and records of `request.other` lead to `request.contact` from here on. Refused when
/// one is not known or is part of another already, or when one card cannot hold it all.
MergeDecision decide_merge(const events::ContactsMergeRequested& request,
                           const IdentityFacts& facts);

/// What `request.other` brought is its own again; what was learned since stays.
MergeDecision decide_unmerge(const events::ContactsUnmergeRequested& request,
                             const IdentityFacts& facts);

} // namespace tidemark::domain
