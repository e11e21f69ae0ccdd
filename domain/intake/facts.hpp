#pragma once
#include "domain/consent/suppression.hpp"
#include "domain/identity/identity.hpp"
#include "domain/identity/parking.hpp"
#include "domain/rules/rules.hpp"

#include <set>
#include <vector>

/// What the decision on an input looks at.
namespace tidemark::domain {

/// What the log says, and what this decision has already written on top.
class InterpreterFacts : public IdentityFacts {
public:
  /// Folded from the address's `consent.changed` events.
  virtual ConsentState consent_of(const AddressHash& address) const = 0;
  /// Contacts whose cards have claimed the address, which another one owns; some may do so no more.
  virtual std::set<ContactId> claimants_of(const AddressHash& address) const = 0;
  /// Commands that wait under the tag.
  virtual std::vector<ParkedCommand> parked_under(const events::Tag& tag) const = 0;
};

/// What the decision needs besides its input.
struct InterpreterContext {
  const TenantId& tenant;
  const KeyedHasher& hasher;
  const InterpreterFacts& facts;
  const Cause& cause;
  const SyncRules& rules;
};

} // namespace tidemark::domain
