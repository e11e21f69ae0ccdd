#pragma once
#include "base/contains.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/interpret.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "tests/domain/sync/systems.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::test {

inline const TenantId acme{"acme"};
inline const KeyedHasher hasher{SecretText(std::string("pepper"))};

inline ObserveRecord record(const ConnectorName& system, const std::string& id, FieldSet fields) {
  return {system, RemoteId(id), std::move(fields), "", false, false};
}
/// The log as identity sees it: cards come back as they were stored, by tag.
class House final : public InterpreterFacts {
public:
  /// Interprets a webhook of one or more observations and records what follows.
  events::WebhookInterpreted webhook(std::vector<Command> commands) {
    const Cause cause{Position{++position_}, 0, now, "test"};
    const Translation translation{"test", std::move(commands), {}};
    events::WebhookReceived received;
    received.connector = crm;
    last_ = interpret(received, &translation, {acme, hasher, *this, cause, rules});
    remember();
    return *interpreted_in(last_);
  }
  /// A request of a person, or a time that has come.
  events::WebhookInterpreted asked(const events::Event& input, Timestamp now = {}) {
    const Cause cause{Position{++position_}, 0, now, "test"};
    last_ = interpret(input, nullptr, {acme, hasher, *this, cause, rules});
    remember();
    return *interpreted_in(last_);
  }
  template <class T>
  std::vector<T> last_of() const {
    std::vector<T> out;
    for (const auto& event : last_)
      if (const auto* found = std::get_if<T>(&event.event))
        out.push_back(*found);
    return out;
  }
  Position newest() const { return Position{position_}; }
  events::AssignedCommand sees(const ObserveRecord& observed) {
    return webhook({observed}).commands.at(0);
  }
  void learns(const ContactId& contact, const ConnectorName& target, const std::string& id,
              const std::string& replaces = "") {
    events::DeliveryAccepted e;
    e.contact = contact;
    e.target = target;
    e.remote_id = RemoteId(id);
    e.replaces = RemoteId(replaces);
    last_ = learn_remote_id(e, acme, hasher, *this);
    remember();
  }
  void forgets(const ContactId& contact, const ConnectorName& target, const std::string& id) {
    events::DeliveryLookedUp e;
    e.contact = contact;
    e.target = target;
    e.gone = RemoteId(id);
    last_ = forget_record(e, acme, hasher, *this);
    remember();
  }
  /// Reason codes of the reviews that the last decision asked for.
  std::vector<std::string> reviews() const {
    std::vector<std::string> out;
    for (const auto& event : last_)
      if (const auto* review = std::get_if<events::IdentityReviewRequested>(&event.event))
        out.emplace_back(name_of(review->reason_code));
    return out;
  }
  std::size_t events() const { return last_.size(); }
  const std::vector<TaggedEvent>& last() const { return last_; }
  /// The newest card of every contact.
  std::vector<IdentityCard> cards() const {
    std::vector<IdentityCard> out;
    for (const auto& [tag, card] : cards_)
      if (tag == events::card_tag(card.contact))
        out.push_back(card);
    return out;
  }

  std::optional<IdentityCard> card_under(const events::Tag& key) const override {
    const auto found = cards_.find(key);
    return found == cards_.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<IdentityCard> card_of(const ContactId& contact) const override {
    return card_under(events::card_tag(contact));
  }
  bool may_be_ours(const ContactId&, const ConnectorName&, const RemoteId&) const override {
    return create_is_out;
  }
  ConsentState consent_of(const AddressHash& address) const override {
    const auto found = consents_.find(address);
    return found == consents_.end() ? ConsentState{} : found->second;
  }
  void knows(const events::ConsentChanged& change) {
    evolve(consents_[change.address_hash], change);
  }
  std::set<ContactId> claimants_of(const AddressHash& address) const override {
    std::set<ContactId> out;
    for (const auto& card : cards())
      if (contains(card.contested, address))
        out.insert(card.contact);
    return out;
  }
  std::vector<ParkedCommand> parked_under(const events::Tag& tag) const override {
    const auto found = parked_.find(tag);
    return found == parked_.end() ? std::vector<ParkedCommand>{} : found->second;
  }

  bool create_is_out = false;
  Timestamp now; ///< when webhooks come in
  SyncRules rules = [] {
    SyncRules out;
    out.parking_timeout = std::chrono::hours{24};
    return out;
  }();

private:
  void remember() {
    for (const auto& [event, tags] : last_) {
      const auto stored = events::decode(events::type_of(event), events::encode(event));
      ASSERT_TRUE(stored);
      if (const auto* card = std::get_if<IdentityCard>(&*stored))
        for (const auto& tag : tags)
          cards_[tag] = *card;
      if (const auto* change = std::get_if<events::ConsentChanged>(&*stored))
        evolve(consents_[change->address_hash], *change);
      if (!std::holds_alternative<IdentityCard>(*stored))
        for (const auto& tag : tags)
          evolve(parked_[tag], *stored);
    }
  }
  std::map<AddressHash, ConsentState> consents_;
  std::map<events::Tag, std::vector<ParkedCommand>> parked_;
  std::map<events::Tag, IdentityCard> cards_;
  std::vector<TaggedEvent> last_;
  std::uint64_t position_ = 0;
};

} // namespace tidemark::domain::test
