#pragma once
#include "domain/intake/consent_changes.hpp"
#include "domain/rules/address_key.hpp"

#include <optional>
#include <string>
#include <vector>

/// What an input says about consent, and which addresses it is about (rule 7, requirements O5,
/// C19).
namespace tidemark::domain {

/// An address of a person as one decision knows it.
struct KnownAddress {
  events::Field kind = events::Field::phone;
  AddressHash hash;
  PiiText value{};                       ///< "" when only its hash is known
  std::optional<AddressHash> alias_of{}; ///< see ConsentChanged
};

/// Who said it, and for whom.
struct ConsentStatement {
  ConnectorName source;
  std::string by = "person";
  Position review{};               ///< the review that it decides, 0 none
  ContactId contact{};             ///< "" when nobody knows whose it is
  std::vector<KnownAddress> own{}; ///< addresses that the input itself names
  RemoteId record{};               ///< that shows it, "" when it is about none
  bool by_address = false;         ///< it is the contact's only because it has the address now
  std::string run{};               ///< that found it (FoundByRun), "" when none
};

/// Decides what the sign means for every address that it is about. False: it names nobody, and
/// nothing was decided.
bool decide_statement(ConsentChanges& changes, ConsentSignal sign,
                      const ConsentStatement& statement);

/// What an operator's or program's request says.
ConsentSignal sign_of(const events::ConsentRequested& request);
/// A mark that names no channel closes all of them.
ConsentSignal mark_for_all();
/// The person was deleted over there: a mark that closes the numbers (requirement C17).
ConsentSignal mark_of_deletion();

} // namespace tidemark::domain
