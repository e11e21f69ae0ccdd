#pragma once
#include "base/keyed_hash.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/command.hpp"
#include "domain/rules/rules.hpp"
#include "events/all.hpp"
#include "events/format/envelope.hpp"

#include <map>
#include <optional>
#include <vector>

/// Whose is it? One sequential core per tenant decides it (rule 9).
namespace tidemark::domain {

using IdentityCard = events::IdentityCardWritten;

/// The keys of one observation, as keyed hashes; names as hashes of their folded words.
struct IdentityKeys {
  ConnectorName connector;
  RemoteId id;
  std::optional<Hash16> remote_id; ///< of `id`
  std::optional<AddressHash> phone;
  std::optional<AddressHash> email;
  std::optional<AddressHash>
      mailbox; ///< the form that all spellings of the e-mail share, if another
  std::vector<Hash8> words;
  bool phone_is_key = false; ///< see ObserveRecord
};
IdentityKeys keys_of(const ObserveRecord& record, const TenantId& tenant,
                     const KeyedHasher& hasher);

/// The card's addresses of a kind, phone or email.
inline const std::vector<AddressHash>& addresses_on(const IdentityCard& card, events::Field kind) {
  return kind == events::Field::email ? card.emails : card.phones;
}

/// What the log says about keys. Both look at recorded events only.
class IdentityFacts {
public:
  virtual ~IdentityFacts() = default;
  /// The newest card that a key's tag leads to.
  virtual std::optional<IdentityCard> card_under(const events::Tag& key) const = 0;
  /// The newest card of a contact.
  virtual std::optional<IdentityCard> card_of(const ContactId& contact) const = 0;
  /// May the record be one that the contact is known by over there: is a create of ours out, or do
  /// its events name this very record?
  virtual bool may_be_ours(const ContactId& contact, const ConnectorName& connector,
                           const RemoteId& id) const = 0;
};

/// An event of a decision and the tags it carries besides its stream's.
struct TaggedEvent {
  events::Event event;
  std::vector<events::Tag> tags;
};

/// Whose the observation is, and what was learned.
struct Assignment {
  events::AssignedCommand command;
  std::vector<TaggedEvent> events; ///< cards and review requests, possibly none
};

/// Decides for one observation. `facts` already include what earlier commands of the webhook
/// taught.
Assignment assign(const ObserveRecord& record, std::uint32_t index, const IdentityKeys& keys,
                  const IdentityFacts& facts, const Cause& cause);

/// Who has the address now. Its first owner keeps it for ever as an alias; whoever else states it
/// comes first once the owner has another one, or has no record any more where the other has one.
std::optional<IdentityCard> current_holder(const IdentityFacts& facts, const AddressHash& address,
                                           const SyncRules& rules);

/// Whose a call or message is, by its keys; nothing when nobody has them. It makes nobody known.
struct FoundOwner {
  ContactId contact;
  std::vector<events::MatchedBy> matched;
};
std::optional<FoundOwner> owner_of_keys(const IdentityKeys& keys, const IdentityFacts& facts,
                                        const SyncRules& rules);

/// A vendor answered with the id of a record: whose it is is known, the card learns it. Always at
/// least one event: the card, or a review when another contact already owns the record.
std::vector<TaggedEvent> learn_remote_id(const events::DeliveryAccepted& accepted,
                                         const TenantId& tenant, const KeyedHasher& hasher,
                                         const IdentityFacts& facts);

/// An update found its record gone: the card forgets it, so that the record which takes its place
/// is not taken for a second one. Always one event: the card.
std::vector<TaggedEvent> forget_record(const events::DeliveryLookedUp& looked_up,
                                       const TenantId& tenant, const KeyedHasher& hasher,
                                       const IdentityFacts& facts);

/// The newest card of the contact, or of the one that it became part of.
std::optional<IdentityCard> current_card(const IdentityFacts& facts, const ContactId& contact);

/// Do the names on two cards share a word?
events::NameMatch compare_names(const IdentityCard& a, const IdentityCard& b);

/// Has it no more keys than one card can hold?
bool fits(const IdentityCard& card);

/// The card's event with a tag for each of its keys; only the contact's own when it is part of
/// another one.
TaggedEvent card_event(IdentityCard card);

inline constexpr std::size_t card_words_max = 16; // more words than names have; keeps cards small
/// Of each kind; a card has a tag for each, an event 64 tags.
inline constexpr std::size_t card_keys_max = 20;
/// Each may stand there in the form of its mailbox too.
inline constexpr std::size_t card_emails_max = 2 * card_keys_max;

} // namespace tidemark::domain
