#pragma once
#include "domain/contacts/state.hpp"

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// A contact's state as single facts, for people: shown as it was at a position, or compared
/// between two.
namespace tidemark::domain {

enum class FactKind : std::uint8_t {
  value,        ///< what the systems' values merge to
  value_from,   ///< the system whose value holds
  record,       ///< how one of its records stands
  record_value, ///< the last value that the record is known to hold
  closed,       ///< a channel that is closed for one of its addresses
  told,         ///< what a system was told of a channel
  list,         ///< a call list that we put it on
  owner,        ///< its user at a system
  sequence,     ///< the sequence that it is in
  conversation, ///< the thread that a system keeps
  last_message, ///< the newest message that is known
  delivery,     ///< one that has no final answer yet
  absorbed,     ///< a contact that became part of it
};

std::string_view name_of(FactKind kind); ///< as it is called above

/// What a fact is about. Which members say something hangs on the kind.
struct FactKey {
  FactKind kind = FactKind::value;
  ConnectorName system;
  RemoteId record;       ///< personal data: an id leads to somebody
  std::string name;      ///< field, channel, list, delivery, contact
  AddressHash address{}; ///< of `closed`: several addresses of one person may be
  auto operator<=>(const FactKey&) const = default;
};
struct Fact {
  std::string text;                   ///< personal data where `field` says so
  std::optional<events::Field> field; ///< whose value it is
  bool operator==(const Fact&) const = default;
};
using ContactFacts = std::map<FactKey, Fact>;

ContactFacts facts_of(const Contact& contact);

/// A fact that is another one after than before; absent: it was, or is, not there.
struct FactChange {
  FactKey key;
  std::optional<Fact> before, after;
};
std::vector<FactChange> changes_between(const ContactFacts& before, const ContactFacts& after);

} // namespace tidemark::domain
