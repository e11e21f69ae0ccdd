#include "domain/identity/identity.hpp"

#include "base/contains.hpp"
#include "base/invariant.hpp"
#include "domain/rules/address_key.hpp"
#include "domain/rules/normalise.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::MatchedBy;
using events::NameMatch;

constexpr std::size_t contested_tags_max = 2; // the newest

bool has_record(const IdentityCard& card, const ConnectorName& connector, const Hash16& hash) {
  return std::any_of(card.records.begin(), card.records.end(), [&](const auto& r) {
    return r.connector == connector && r.remote_id_hash == hash;
  });
}

bool has_other_record(const IdentityCard& card, const IdentityKeys& keys) {
  if (!keys.remote_id)
    return false;
  return std::any_of(card.records.begin(), card.records.end(), [&](const auto& r) {
    return r.connector == keys.connector && r.remote_id_hash != *keys.remote_id;
  });
}

/// agree: a word in common; differ: both named, none in common; unknown: one has no name.
NameMatch compare_words(const std::vector<Hash8>& a, const std::vector<Hash8>& b) {
  if (a.empty() || b.empty())
    return NameMatch::unknown;
  const bool common =
      std::any_of(b.begin(), b.end(), [&](const auto& word) { return contains(a, word); });
  return common ? NameMatch::agree : NameMatch::differ;
}

NameMatch compare_names(const IdentityCard& card, const IdentityKeys& keys) {
  return compare_words(card.words, keys.words);
}

/// The card under a key, if that card still holds the key.
template <class Hash>
std::optional<IdentityCard> owner(const IdentityFacts& facts, const std::optional<Hash>& hash,
                                  auto&& still_holds) {
  if (!hash)
    return std::nullopt;
  auto card = facts.card_under(events::identity_tag(*hash));
  if (!card)
    return std::nullopt;
  auto newest = current_card(facts, card->contact);
  if (!newest || !still_holds(*newest, *hash))
    return std::nullopt;
  return newest;
}

struct Owners {
  std::optional<IdentityCard> remote_id, phone, email;
  std::optional<IdentityCard> mailbox; ///< of the e-mail in another spelling
  std::optional<IdentityCard> former;  ///< of the remote id, when nobody owns it now
};

bool holds_address(const IdentityCard& card, const AddressHash& hash) {
  return contains(card.phones, hash) || contains(card.emails, hash);
}

bool shares_address(const IdentityCard& card, const IdentityKeys& keys) {
  return (keys.phone && holds_address(card, *keys.phone))
         || (keys.email && holds_address(card, *keys.email))
         || (keys.mailbox && holds_address(card, *keys.mailbox));
}

/// Whose was the record before it was gone or replaced? Its late webhooks are about nobody else,
/// unless all they say is another person's.
std::optional<IdentityCard> former_owner(const IdentityKeys& keys, const IdentityFacts& facts) {
  if (!keys.remote_id)
    return std::nullopt;
  const auto card = facts.card_under(events::identity_tag(*keys.remote_id));
  auto newest = card ? current_card(facts, card->contact) : std::nullopt;
  if (newest && compare_names(*newest, keys) == NameMatch::differ && !shares_address(*newest, keys))
    return std::nullopt;
  return newest;
}

/// The contact that claims a key which another one owns.
std::optional<IdentityCard> claimant(const IdentityFacts& facts,
                                     const std::optional<AddressHash>& hash) {
  if (!hash)
    return std::nullopt;
  const auto card = facts.card_under(events::contested_tag(*hash));
  auto newest = card ? current_card(facts, card->contact) : std::nullopt;
  if (newest && !contains(newest->contested, *hash))
    return std::nullopt;
  return newest;
}

/// Has the owner taken another address since? The newest stands first.
bool has_newer_address(const IdentityCard& card, const AddressHash& hash) {
  const auto& list = contains(card.phones, hash) ? card.phones : card.emails;
  return list.front() != hash;
}

/// Is the owner not where texts are shown, while the other is? A contact that was deleted in the
/// first of the systems may live on in others.
bool is_missing_in_first(const IdentityCard& owner, const IdentityCard& other,
                         const SyncRules& rules) {
  const ConnectorName* first = nullptr;
  for (const auto* card : {&owner, &other})
    for (const auto& record : card->records)
      if (!first || rules.rank(record.connector) < rules.rank(*first))
        first = &record.connector;
  return first && std::none_of(owner.records.begin(), owner.records.end(), [&](const auto& record) {
           return record.connector == *first;
         });
}

Owners owners_of(const IdentityKeys& keys, const IdentityFacts& facts) {
  Owners out;
  out.remote_id = owner(facts, keys.remote_id, [&](const auto& card, const auto& hash) {
    return has_record(card, keys.connector, hash);
  });
  out.phone = owner(facts, keys.phone, holds_address);
  out.email = owner(facts, keys.email, holds_address);
  out.mailbox = owner(facts, keys.mailbox, holds_address);
  if (!out.remote_id)
    out.former = former_owner(keys, facts);
  return out;
}

void erase_record(IdentityCard& card, const ConnectorName& connector, const Hash16& hash) {
  std::erase_if(card.records, [&](const auto& r) {
    return r.connector == connector && r.remote_id_hash == hash;
  });
}

/// Behind what is written: the first one is what the person has now.
void add_mailbox(std::vector<AddressHash>& emails, const AddressHash& mailbox) {
  if (emails.size() >= card_emails_max)
    emails.pop_back();
  emails.insert(emails.empty() ? emails.end() : emails.begin() + 1, mailbox);
}

/// Adds what the observation teaches; keys that another contact owns are only noted as contested.
void learn(IdentityCard& card, const IdentityKeys& keys, const Owners& owners, bool removed) {
  const bool outdated = owners.former && has_other_record(card, keys);
  if (keys.remote_id) {
    if (removed)
      erase_record(card, keys.connector, *keys.remote_id);
    else if (!has_record(card, keys.connector, *keys.remote_id) && !outdated)
      card.records.push_back({keys.connector, *keys.remote_id});
    if (card.records.size() > card_keys_max)
      card.records.erase(card.records.begin());
  }
  const auto claim = [&](std::vector<AddressHash>& list, const std::optional<AddressHash>& key,
                         const std::optional<IdentityCard>& holder, std::size_t most) {
    if (!key || removed)
      return;
    const bool foreign = holder && holder->contact != card.contact;
    auto& target = foreign ? card.contested : list;
    const auto known = std::find(target.begin(), target.end(), *key);
    if (known == target.end())
      target.insert(target.begin(), *key);            // newest first
    else if (!foreign && !outdated && keys.remote_id) // a record's number was changed back
      std::rotate(target.begin(), known, known + 1);
    if (target.size() > (foreign ? card_keys_max : most))
      target.pop_back();
  };
  claim(card.phones, keys.phone, owners.phone, card_keys_max);
  claim(card.emails, keys.email, owners.email, card_emails_max);
  if (owners.mailbox && owners.mailbox->contact != card.contact)
    claim(card.emails, keys.mailbox, owners.mailbox, card_emails_max);
  else if (keys.mailbox && !removed && !contains(card.emails, *keys.mailbox))
    add_mailbox(card.emails, *keys.mailbox);
  for (const auto& word : keys.words)
    if (!contains(card.words, word) && card.words.size() < card_words_max)
      card.words.push_back(word);
}

events::IdentityReviewRequested review(const ContactId& contact, const IdentityCard& other,
                                       Reason reason, std::vector<MatchedBy> matched) {
  return {contact, other.contact, reason, std::move(matched)};
}

/// The contact that the remote id names keeps its observation; other owners of keys are reviewed.
void review_conflicting_owners(Assignment& out, const IdentityCard& card, const IdentityKeys& keys,
                               const Owners& owners) {
  const auto look = [&](const std::optional<AddressHash>& key,
                        const std::optional<IdentityCard>& holder, MatchedBy by) {
    if (key && holder && holder->contact != card.contact && !contains(card.contested, *key))
      out.events.push_back({review(card.contact, *holder, Reason::keys_point_to_two, {by}), {}});
  };
  look(keys.phone, owners.phone, MatchedBy::phone);
  look(keys.email, owners.email, MatchedBy::email);
  look(keys.mailbox, owners.mailbox, MatchedBy::email);
}

/// Is it the person's record under another of the person's numbers? Where the number is the key, a
/// changed one makes a new record, which may speak before the answer to our create does.
bool is_under_other_number(const IdentityCard& card, const IdentityKeys& keys) {
  return keys.phone_is_key && keys.phone && contains(card.phones, *keys.phone);
}

/// Why a contact found by phone or e-mail may not take the observation; none when it may.
Reason refusal(const IdentityCard& card, const IdentityKeys& keys, const IdentityFacts& facts) {
  if (compare_names(card, keys) == NameMatch::differ)
    return Reason::names_differ;
  if (has_other_record(card, keys) && !is_under_other_number(card, keys)
      && !facts.may_be_ours(card.contact, keys.connector, keys.id))
    return Reason::record_exists;
  return Reason::none;
}

struct Match {
  std::optional<IdentityCard> card;
  Reason turned_away = Reason::none; ///< why the first owner of an address may not take it
};

/// Who of those found by an address takes the observation: owners, then whoever shares the address
/// under an agreeing name. Nobody: a new contact.
Match match(const IdentityKeys& keys, const Owners& owners, const IdentityFacts& facts) {
  Match out;
  for (const auto* found : {&owners.phone, &owners.email, &owners.mailbox}) {
    if (!*found)
      continue;
    const auto reason = refusal(**found, keys, facts);
    if (reason == Reason::none)
      return {*found, {}};
    if (out.turned_away == Reason::none)
      out.turned_away = reason;
  }
  for (const auto* key : {&keys.phone, &keys.email, &keys.mailbox}) {
    auto found = claimant(facts, *key);
    if (found && compare_names(*found, keys) == NameMatch::agree
        && refusal(*found, keys, facts) == Reason::none)
      return {std::move(found), {}};
  }
  return out;
}

/// Somebody writes from a number that its first owner has given up, and another has it now. Nothing
/// else is known of them.
std::optional<IdentityCard> current_holder_of_phone(const IdentityKeys& keys, const Owners& owners,
                                                    const IdentityFacts& facts) {
  if (keys.remote_id || !keys.words.empty() || !owners.phone
      || !has_newer_address(*owners.phone, *keys.phone))
    return std::nullopt;
  auto now = claimant(facts, keys.phone);
  return now && !now->records.empty() ? std::move(now) : std::nullopt;
}

IdentityCard card_or_new(const IdentityFacts& facts, const ContactId& contact) {
  return current_card(facts, contact).value_or(IdentityCard{contact});
}

std::vector<MatchedBy> matched_by(const IdentityCard& card, const Owners& owners) {
  std::vector<MatchedBy> out;
  const auto add = [&](const std::optional<IdentityCard>& holder, MatchedBy by) {
    if (holder && holder->contact == card.contact)
      out.push_back(by);
  };
  add(owners.remote_id ? owners.remote_id : owners.former, MatchedBy::remote_id);
  add(owners.phone, MatchedBy::phone);
  add(owners.email && owners.email->contact == card.contact ? owners.email : owners.mailbox,
      MatchedBy::email);
  return out;
}

} // namespace

IdentityKeys keys_of(const ObserveRecord& record, const TenantId& tenant,
                     const KeyedHasher& hasher) {
  IdentityKeys keys;
  keys.connector = record.connector;
  keys.phone_is_key = record.phone_is_key;
  keys.id = record.remote_id;
  if (!record.remote_id.value.empty())
    keys.remote_id = events::remote_hash(hasher, tenant, record.connector, record.remote_id);
  using events::Field;
  const auto hash_of = [&](Field kind) {
    const auto address = address_key(hasher, tenant, kind, record.fields.get(kind));
    return address ? std::optional(address->hash) : std::nullopt;
  };
  keys.phone = hash_of(Field::phone);
  keys.email = hash_of(Field::email);
  if (const auto mailbox =
          mailbox_key(hasher, tenant, Field::email, record.fields.get(Field::email)))
    keys.mailbox = mailbox->hash;
  for (const auto& word :
       name_words(record.fields.get(Field::first_name), record.fields.get(Field::last_name)))
    keys.words.push_back(events::name_word_hash(hasher, tenant, word));
  return keys;
}

std::optional<IdentityCard> current_card(const IdentityFacts& facts, const ContactId& contact) {
  auto card = facts.card_of(contact);
  while (card && !card->merged_into.value.empty()) // ends: only one that is no part takes parts in
    card = facts.card_of(card->merged_into);
  return card;
}

NameMatch compare_names(const IdentityCard& a, const IdentityCard& b) {
  return compare_words(a.words, b.words);
}

bool fits(const IdentityCard& card) {
  return card.records.size() <= card_keys_max && card.phones.size() <= card_keys_max
         && card.emails.size() <= card_emails_max && card.contested.size() <= card_keys_max
         && card.words.size() <= card_words_max;
}

TaggedEvent card_event(IdentityCard card) {
  TIDEMARK_INVARIANT(!card.contact.value.empty(), "a card");
  TIDEMARK_INVARIANT(fits(card), "the card of " + card.contact.value);
  // Else `current_card` would go round in circles.
  TIDEMARK_INVARIANT(card.merged_into.value.empty()
                         || (card.merged_into != card.contact && card.parts.empty()),
                     "the card of " + card.contact.value);
  TaggedEvent out;
  out.tags.push_back(events::card_tag(card.contact));
  if (!card.merged_into.value.empty()) {
    out.event = std::move(card);
    return out;
  }
  for (const auto& record : card.records)
    out.tags.push_back(events::identity_tag(record.remote_id_hash));
  for (const auto* addresses : {&card.phones, &card.emails})
    for (const auto& address : *addresses)
      out.tags.push_back(events::identity_tag(address));
  for (std::size_t i = 0; i < std::min(card.contested.size(), contested_tags_max); ++i)
    out.tags.push_back(events::contested_tag(card.contested[i]));
  out.event = std::move(card);
  return out;
}

std::optional<IdentityCard> current_holder(const IdentityFacts& facts, const AddressHash& address,
                                           const SyncRules& rules) {
  const auto first = owner(facts, std::optional(address), holds_address);
  auto other = claimant(facts, address);
  if (!other || !first)
    return first ? first : other;
  const bool others =
      !other->records.empty()
      && (has_newer_address(*first, address) || is_missing_in_first(*first, *other, rules));
  return others ? other : first;
}

std::optional<FoundOwner> owner_of_keys(const IdentityKeys& keys, const IdentityFacts& facts,
                                        const SyncRules& rules) {
  auto owners = owners_of(keys, facts);
  const auto prefer_now = [&](const std::optional<AddressHash>& key,
                              std::optional<IdentityCard>& had) {
    auto now = key ? current_holder(facts, *key, rules) : std::nullopt;
    // A record that was given up leads to whoever had the number; so does the number itself.
    if (now && had && now->contact != had->contact && owners.former
        && owners.former->contact == had->contact)
      owners.former.reset();
    had = std::move(now);
  };
  prefer_now(keys.phone, owners.phone);
  prefer_now(keys.email, owners.email);
  for (const auto* found :
       {&owners.remote_id, &owners.former, &owners.phone, &owners.email, &owners.mailbox})
    if (*found)
      return FoundOwner{(*found)->contact, matched_by(**found, owners)};
  return std::nullopt;
}

Assignment assign(const ObserveRecord& record, std::uint32_t index, const IdentityKeys& keys,
                  const IdentityFacts& facts, const Cause& cause) {
  const auto owners = owners_of(keys, facts);
  Assignment out;
  out.command.index = index;
  out.command.place = index;
  out.command.kind = events::CommandKind::observe_record;
  Match chosen{owners.remote_id ? owners.remote_id : owners.former, {}};
  if (!chosen.card)
    chosen.card = current_holder_of_phone(keys, owners, facts);
  if (!chosen.card)
    chosen = match(keys, owners, facts);
  auto& card = chosen.card;
  if (card) {
    review_conflicting_owners(out, *card, keys, owners);
  } else {
    card.emplace().contact = contact_id_from(cause);
    out.command.new_contact = true;
    if (const auto& found = owners.phone   ? owners.phone
                            : owners.email ? owners.email
                                           : owners.mailbox)
      out.events.push_back(
          {review(card->contact, *found, chosen.turned_away, matched_by(*found, owners)), {}});
  }
  out.command.contact = card->contact;
  out.command.matched = matched_by(*card, owners);
  out.command.names = compare_names(*card, keys);
  auto learned = *card;
  learn(learned, keys, owners, record.removed);
  if (learned != *card || out.command.new_contact)
    out.events.push_back(card_event(std::move(learned)));
  return out;
}

std::vector<TaggedEvent> forget_record(const events::DeliveryLookedUp& looked_up,
                                       const TenantId& tenant, const KeyedHasher& hasher,
                                       const IdentityFacts& facts) {
  auto card = card_or_new(facts, looked_up.contact);
  erase_record(card, looked_up.target,
               events::remote_hash(hasher, tenant, looked_up.target, looked_up.gone));
  return {card_event(std::move(card))};
}

std::vector<TaggedEvent> learn_remote_id(const events::DeliveryAccepted& accepted,
                                         const TenantId& tenant, const KeyedHasher& hasher,
                                         const IdentityFacts& facts) {
  IdentityKeys keys;
  keys.connector = accepted.target;
  keys.remote_id = events::remote_hash(hasher, tenant, accepted.target, accepted.remote_id);
  const auto owners = owners_of(keys, facts);
  auto card = card_or_new(facts, accepted.contact);
  if (owners.remote_id && owners.remote_id->contact != card.contact)
    return {{review(card.contact, *owners.remote_id, Reason::record_exists, {MatchedBy::remote_id}),
             {}}};
  if (!accepted.replaces.value.empty())
    erase_record(card, accepted.target,
                 events::remote_hash(hasher, tenant, accepted.target, accepted.replaces));
  std::vector<TaggedEvent> out;
  // Our create crossed the system's own webhook: it holds the person twice now.
  if (has_other_record(card, keys))
    out.push_back({review(card.contact, card, Reason::record_exists, {MatchedBy::remote_id}), {}});
  learn(card, keys, owners, false);
  out.push_back(card_event(std::move(card)));
  return out;
}

} // namespace tidemark::domain
