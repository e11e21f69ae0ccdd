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
  PiiText value{};        ///< "" when only its hash is known
  std::string alias_of{}; ///< see ConsentChanged
  std::string address_hash() const { return to_hex(hash); }
};

/// Who said it, and for whom.
struct ConsentStatement {
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
  bool decide(ConsentSignal sign, const ConsentStatement& statement);
  /// An opt-out follows the number and the person (requirement C19): an address that is new to a
  /// contact brings its own state along, and takes over what the person said about the others.
  void cover_new_addresses(const IdentityCard& before, const ContactId& contact);
  /// Two contacts are one person: what either said holds for all addresses, and `contact` hears
  /// what closed those of `other` (strictest wins).
  void merge_consent(const IdentityCard& contact, const IdentityCard& other);
  /// What was said under other keys, such as the id of a record that nobody knew yet, closes the
  /// contact's addresses, or the contact itself while it has none.
  void adopt_pending(const std::vector<std::string>& keys, const ContactId& contact);
  /// The contact hears again what stands against its addresses.
  void reissue_active(const IdentityCard& contact);
  /// Commands that tell contacts, in the order of the decisions.
  std::vector<events::AssignedCommand>& commands() { return commands_; }

private:
  std::vector<KnownAddress> addresses_of(const ConsentSignal& sign,
                                         const ConsentStatement& statement) const;
  void drop_own_marks(ConsentSignal& sign, const ConsentStatement& statement,
                      const std::vector<KnownAddress>& addresses) const;
  void decide_about(const KnownAddress& address, ConsentSignal sign,
                    const ConsentStatement& statement, const ContactId& contact);
  std::vector<IdentityCard> possible_speakers(const ConsentSignal& sign,
                                              const ConsentStatement& statement,
                                              const std::vector<KnownAddress>& addresses) const;
  void inherit(events::Field kind, const std::string& hex, const std::string& said,
               const std::vector<std::string>& sayings, const ContactId& contact);
  void suppress_contact(const IdentityCard& card);
  void copy_revocation(const Revocation& r, events::Field kind, const std::string& hex,
                       std::string alias_of, const ContactId& contact);
  void change(events::ConsentChanged decided, const Hash16& hash, const ContactId& contact);
  /// `answers`: it is the one to answer whoever said it; the others only share the address.
  void tell(const ContactId& contact, std::uint32_t change, bool answers = false);

  Draft& draft_;
  std::vector<events::AssignedCommand> commands_;
  std::uint32_t changes_ = 0;
};

/// What an operator's or program's request says.
ConsentSignal sign_of(const events::ConsentRequested& request);
/// A mark that names no channel closes all of them.
ConsentSignal mark_for_all();
/// The person was deleted over there: a mark that closes the numbers (requirement C17).
ConsentSignal mark_of_deletion();

} // namespace tidemark::domain
