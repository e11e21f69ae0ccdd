#pragma once
#include "actors/ports/tenant_context.hpp"
#include "domain/intake/facts.hpp"

#include <cstring>
#include <functional>
#include <memory>
#include <unordered_map>

namespace tidemark::actors {

/// Identity facts from the log, by tag, with what this actor has itself appended on top. The
/// interpreter is the only writer of cards, so what it remembers stays true; the stream's expected
/// version guards it all the same. Memory is bounded by two generations.
class IdentityLookup final : public domain::InterpreterFacts {
public:
  explicit IdentityLookup(const TenantContext& context) : context_(context) {}

  std::optional<domain::IdentityCard> card_under(const events::Tag& key) const override;
  std::optional<domain::IdentityCard> card_of(const ContactId& contact) const override;
  bool may_be_ours(const ContactId& contact, const ConnectorName& connector,
                   const RemoteId& id) const override;
  domain::ConsentState consent_of(const AddressHash& address) const override;
  std::set<ContactId> claimants_of(const AddressHash& address) const override;
  std::vector<domain::ParkedCommand> parked_under(const events::Tag& tag) const override;

  /// Something was submitted for `input`: later decisions see it before it is durable.
  void remember(const domain::TaggedEvent& event, Position input);
  /// What was submitted for the input is in the log.
  void stored(Position input);
  /// The log refused something: forget, and read again.
  void forget();
  /// A storage error met during look-ups since the last call; decisions made meanwhile are void.
  Status take_error();
  /// What decisions since the last call looked at besides cards: it must not have changed.
  std::vector<storage::TagCondition> take_conditions();

private:
  using Card = std::shared_ptr<const domain::IdentityCard>; // null: known to be unknown
  Card find(const events::Tag& tag) const;
  Card shared(domain::IdentityCard card) const;
  void keep(const events::Tag& tag, Card card) const;

  const TenantContext& context_;
  struct TagHash {
    std::size_t operator()(const events::Tag& tag) const noexcept {
      std::size_t out = 0; // tags are hashes already
      std::memcpy(&out, tag.hash.data(), sizeof out);
      return out ^ static_cast<std::size_t>(tag.kind);
    }
  };
  using Generation = std::unordered_map<events::Tag, Card, TagHash>;
  mutable Generation young_, old_;
  /// One card stands under all of its contact's tags: it is kept once.
  mutable std::unordered_map<ContactId, std::weak_ptr<const domain::IdentityCard>> of_contact_;
  mutable Status error_{Done{}};
  mutable std::vector<storage::TagCondition> conditions_;
  /// Submitted, not yet durable: what is found in the log as well is not taken twice.
  struct Pending {
    Position input;
    domain::TaggedEvent event;
  };
  std::vector<Pending> pending_;
  void under(const events::Tag& tag, const std::function<void(const events::Event&)>& visit) const;
};

} // namespace tidemark::actors
