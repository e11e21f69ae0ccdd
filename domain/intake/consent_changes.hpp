#pragma once
#include "domain/intake/draft.hpp"

#include <optional>
#include <vector>

/// What one decision writes about consent, and which contacts are told of it (rule 7).
namespace tidemark::domain {

class ConsentChanges {
public:
  explicit ConsentChanges(Draft& draft) : draft_(draft) {}

  /// Every contact that has the address is told: `contact`, for which it was said ("" when nobody
  /// knows), the one who owns it, the ones who claim it.
  void write(events::ConsentChanged decided, const ContactId& contact);
  /// The revocation closes this address too.
  void copy(const Revocation& revocation, const AddressHash& to,
            std::optional<AddressHash> alias_of, const ContactId& contact);
  const InterpreterFacts& facts() const { return draft_.facts; }
  const InterpreterContext& context() const { return draft_.context; }
  /// Commands that tell contacts, in the order of the changes.
  std::vector<events::AssignedCommand>& commands() { return commands_; }

private:
  /// `answers`: it is the one to answer whoever said it; the others only share the address.
  void tell(const ContactId& contact, std::uint32_t change, bool answers = false);

  Draft& draft_;
  std::vector<events::AssignedCommand> commands_;
  std::uint32_t changes_ = 0;
};

} // namespace tidemark::domain
