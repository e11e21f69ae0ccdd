#pragma once
#include "domain/intake/draft.hpp"
#include "domain/rules/address_key.hpp"

#include <string>
#include <vector>

/// What an input says about consent: which addresses it is about, and which contacts are told
/// (rule 7, requirements O5, C19).
namespace tidemark::domain {

/// An address of a person as one decision knows it.
struct KnownAddress {
  events::Field kind = events::Field::phone;
  Hash16 hash{};
  PiiText value;        ///< "" when only its hash is known
  std::string alias_of; ///< see ConsentChanged
  std::string address_hash() const { return to_hex(hash); }
};

/// Who said it, and for whom.
struct Saying {
  ConnectorName source;
  std::string by = "person";
  Position review;               ///< the review that it decides, 0 none
  ContactId contact;             ///< "" when nobody knows whose it is
  std::vector<KnownAddress> own; ///< addresses that the input itself names
  RemoteId record{};             ///< that shows it, "" when it is about none
  bool by_address = false;       ///< it is the contact's only because it has the address now
};

class ConsentDecisions {
public:
  explicit ConsentDecisions(Draft& draft) : draft_(draft) {}

  /// False: it names nobody, and nothing was decided.
  bool decide(ConsentSign sign, const Saying& saying);
  /// An opt-out follows the number and the person (requirement C19): an address that is new to a
  /// contact brings its own state along, and takes over what the person said about the others.
  void cover_new_addresses(const IdentityCard& before, const ContactId& contact);
  /// Two contacts are one person: what either said holds for all addresses, and `contact` hears
  /// what closed those of `other` (strictest wins).
  void unite(const IdentityCard& contact, const IdentityCard& other);
  /// What was said under other keys, such as the id of a record that nobody knew yet, closes the
  /// contact's addresses, or the contact itself while it has none.
  void carry_over(const std::vector<std::string>& keys, const ContactId& contact);
  /// The contact hears again what stands against its addresses.
  void tell_standing(const IdentityCard& contact);
  /// Commands that tell contacts, in the order of the decisions.
  std::vector<events::AssignedCommand>& told() { return told_; }

private:
  std::vector<KnownAddress> addresses_of(const ConsentSign& sign, const Saying& saying) const;
  void leave_out_accounted_for(ConsentSign& sign, const Saying& saying,
                               const std::vector<KnownAddress>& addresses) const;
  void decide_about(const KnownAddress& address, ConsentSign sign, const Saying& saying,
                    const ContactId& contact);
  std::vector<IdentityCard> may_have_said_it_too(const ConsentSign& sign, const Saying& saying,
                                                 const std::vector<KnownAddress>& addresses) const;
  void inherit(events::Field kind, const std::string& hex, const std::string& said,
               const std::vector<std::string>& sayings, const ContactId& contact);
  void close_itself(const IdentityCard& card);
  void restate(const Revocation& r, events::Field kind, const std::string& hex,
               std::string alias_of, const ContactId& contact);
  void change(events::ConsentChanged decided, const Hash16& hash, const ContactId& contact);
  /// `answers`: it is the one to answer whoever said it; the others only share the address.
  void tell(const ContactId& contact, std::uint32_t change, bool answers = false);

  Draft& draft_;
  std::vector<events::AssignedCommand> told_;
  std::uint32_t changes_ = 0;
};

/// What an operator's or program's request says.
ConsentSign sign_of(const events::ConsentRequested& request);
/// A mark that names no channel closes all of them.
ConsentSign mark_for_all();
/// The person was deleted over there: a mark that closes the numbers (requirement C17).
ConsentSign mark_of_deletion();

} // namespace tidemark::domain
