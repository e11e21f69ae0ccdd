#pragma once
#include "domain/intake/consent_changes.hpp"

#include <functional>
#include <vector>

/// An opt-out follows the number and the person: what is taken over when addresses and contacts
/// come together (requirements C19, E6.6).
namespace tidemark::domain {

class ConsentSharing {
public:
  ConsentSharing(Draft& draft, ConsentChanges& changes) : draft_(draft), changes_(changes) {}

  /// An address that is new to a contact brings its own state along, and takes over what the person
  /// said about the others.
  void cover_new_addresses(const IdentityCard& before, const ContactId& contact);
  /// Two contacts are one person: what either said holds for all addresses, and `contact` hears
  /// what closed those of `other` (strictest wins).
  void merge_consent(const IdentityCard& contact, const IdentityCard& other);
  /// What was said under other keys, such as the id of a record that nobody knew yet, closes the
  /// contact's addresses, or the contact itself while it has none.
  void adopt_pending(const std::vector<Hash16>& keys, const ContactId& contact);
  /// The contact hears again what stands against its addresses, which may be on another's card.
  void reissue_active(const IdentityCard& card, const ContactId& contact);

private:
  void reissue(const AddressHash& address, const ContactId& contact);
  void take_over(const AddressHash& to, const AddressHash& from, const ContactId& contact,
                 const std::function<bool(const Revocation&)>& counts);
  void suppress_contact(const IdentityCard& card);

  Draft& draft_;
  ConsentChanges& changes_;
};

} // namespace tidemark::domain
