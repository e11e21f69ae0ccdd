#include "domain/intake/consent_sharing.hpp"

#include "base/contains.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Field;

constexpr std::array kinds{Field::phone, Field::email};

bool stands(const ConsentState& state, const Revocation& r,
            const std::optional<AddressHash>& alias_of) {
  return std::any_of(state.active.begin(), state.active.end(), [&](const Revocation& known) {
    return known.channel == r.channel && known.sender == r.sender && known.evidence == r.evidence
           && known.source == r.source && known.record == r.record && known.alias_of == alias_of;
  });
}

bool was_said_of_it(const Revocation& r) {
  return !r.alias_of;
}

void reissue(ConsentChanges& changes, const AddressHash& address, const ContactId& contact) {
  for (const auto& r : changes.facts().consent_of(address).active)
    changes.copy(r, address, r.alias_of, contact);
}

/// One address takes over what closes another, of that what counts.
void take_over(ConsentChanges& changes, const AddressHash& to, const AddressHash& from,
               const ContactId& contact, auto&& counts) {
  if (to == from)
    return;
  for (const auto& r : changes.facts().consent_of(from).active)
    if (counts(r) && !stands(changes.facts().consent_of(to), r, from))
      changes.copy(r, to, from, contact);
}

/// What closed the contact's own addresses closes the contact, so that nothing is written to it
/// under an address that another contact owns.
void suppress_contact(ConsentChanges& changes, const IdentityCard& card) {
  for (const auto kind : kinds)
    for (const auto& address : addresses_on(card, kind))
      take_over(changes, events::contact_as_address(card.contact), address, card.contact,
                was_said_of_it);
}

} // namespace

void cover_new_addresses(ConsentChanges& changes, const IdentityCard& before,
                         const ContactId& contact) {
  const auto card = changes.facts().card_of(contact);
  if (!card)
    return;
  bool any_new = false;
  for (const auto kind : kinds) {
    const auto& had = addresses_on(before, kind);
    auto sayings = had; // also what was said of a number that another contact owns
    sayings.insert(sayings.end(), before.contested.begin(), before.contested.end());
    // What stands at one of them because of another comes from that one.
    const auto counts = [&](const Revocation& r) {
      return address_kind(r.channel) == kind && !(r.alias_of && contains(sayings, *r.alias_of));
    };
    for (const auto& address : addresses_on(*card, kind)) {
      if (contains(had, address))
        continue;
      any_new = true;
      reissue(changes, address, contact);
      for (const auto& said : sayings)
        take_over(changes, address, said, contact, counts);
    }
  }
  if (any_new) // said while it had no address
    adopt_pending(changes, {events::contact_as_address(contact).value}, contact);
  // Another contact's address, which this one's record has too (requirement O5).
  for (const auto& address : card->contested)
    if (!contains(before.contested, address)) {
      reissue(changes, address, contact);
      suppress_contact(changes, *card);
    }
}

void adopt_pending(ConsentChanges& changes, const std::vector<Hash16>& keys,
                   const ContactId& contact) {
  const auto card = changes.facts().card_of(contact);
  if (!card)
    return;
  for (const auto& key : keys) {
    const AddressHash said_under(key);
    if (contains(card->phones, said_under) || contains(card->emails, said_under))
      continue;
    for (const auto& r : changes.facts().consent_of(said_under).active) {
      auto addresses = addresses_on(*card, address_kind(r.channel));
      if (addresses.empty())
        addresses.push_back(events::contact_as_address(contact));
      for (const auto& address : addresses)
        if (address != said_under && !stands(changes.facts().consent_of(address), r, {}))
          changes.copy(r, address, {}, contact);
    }
  }
}

void reissue_active(ConsentChanges& changes, const IdentityCard& card, const ContactId& contact) {
  for (const auto kind : kinds)
    for (const auto& address : addresses_on(card, kind))
      reissue(changes, address, contact);
}

void merge_consent(ConsentChanges& changes, const IdentityCard& contact,
                   const IdentityCard& other) {
  reissue_active(changes, other, contact.contact);
  for (const auto kind : kinds)
    for (const auto& [to_card, from_card] :
         {std::pair(&contact, &other), std::pair(&other, &contact)})
      for (const auto& to : addresses_on(*to_card, kind))
        for (const auto& from : addresses_on(*from_card, kind))
          take_over(changes, to, from, contact.contact, was_said_of_it);
  // A record without any address was closed by itself.
  const auto itself = events::contact_as_address(other.contact);
  for (const auto& r : changes.facts().consent_of(itself).active) {
    const auto& own = addresses_on(contact, address_kind(r.channel));
    changes.copy(r, own.empty() ? events::contact_as_address(contact.contact) : own.front(), itself,
                 contact.contact);
  }
}

} // namespace tidemark::domain
