#pragma once
#include "domain/intake/facts.hpp"

#include <map>
#include <set>

/// What one decision of the interpreter has come to so far; for the files that make it.
namespace tidemark::domain {

/// Facts of the log with what this decision has already written on top.
class OverlaidFacts final : public InterpreterFacts {
public:
  explicit OverlaidFacts(const InterpreterFacts& below) : below_(below) {}
  void add(const TaggedEvent& event);

  std::optional<IdentityCard> card_under(const events::Tag& key) const override;
  std::optional<IdentityCard> card_of(const ContactId& contact) const override;
  bool may_be_ours(const ContactId& contact, const ConnectorName& connector,
                   const RemoteId& id) const override;
  ConsentState consent_of(const AddressHash& address) const override;
  std::set<ContactId> claimants_of(const AddressHash& address) const override;
  std::vector<ParkedCommand> parked_under(const events::Tag& tag) const override;

private:
  const InterpreterFacts& below_;
  std::map<events::Tag, IdentityCard> cards_;
  std::map<AddressHash, ConsentState> consents_;
  std::map<events::Tag, std::set<ContactId>> written_under_; ///< whose cards
};

/// The newest card of whoever holds the address; nothing when nobody does any more.
std::optional<IdentityCard> holder_of(const IdentityFacts& facts, const AddressHash& address,
                                      events::Field kind);

/// The newest cards of those who claim the address, which another one owns.
std::vector<IdentityCard> claimants(const InterpreterFacts& facts, const AddressHash& address);

/// Events of the decision, in order, and what is known with them.
struct Draft {
  explicit Draft(const InterpreterContext& about) : context(about), facts(about.facts) {}

  void write(TaggedEvent event) {
    facts.add(event);
    events.push_back(std::move(event));
  }

  const InterpreterContext& context;
  OverlaidFacts facts;
  std::vector<TaggedEvent> events;
  std::set<ContactId> made; ///< contacts that this decision made
};

} // namespace tidemark::domain
