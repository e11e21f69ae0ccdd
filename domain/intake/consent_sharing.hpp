#pragma once
#include "domain/intake/consent_changes.hpp"

#include <vector>

/// An opt-out follows the number and the person: what is taken over when addresses and contacts
/// come together (requirements C19, E6.6).
namespace tidemark::domain {

/// An address that is new to a contact brings its own state along, and takes over what the person
/// said about the others.
void cover_new_addresses(ConsentChanges& changes, const IdentityCard& before,
                         const ContactId& contact);
/// Two contacts are one person: what either said holds for all addresses, and `contact` hears what
/// closed those of `other` (strictest wins).
void merge_consent(ConsentChanges& changes, const IdentityCard& contact, const IdentityCard& other);
/// What was said under other keys, such as the id of a record that nobody knew yet, closes the
/// contact's addresses, or the contact itself while it has none.
void adopt_pending(ConsentChanges& changes, const std::vector<Hash16>& keys,
                   const ContactId& contact);
/// The contact hears again what stands against the addresses on the card, its own or another's.
void reissue_active(ConsentChanges& changes, const IdentityCard& card, const ContactId& contact);

} // namespace tidemark::domain
