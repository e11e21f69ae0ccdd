#pragma once
#include "base/ids.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Whose is it: which keys and records belong to which contact. Only keyed hashes, no values.
namespace tidemark::events {

/// By what it was found whose something is.
enum class MatchedBy : std::uint8_t {
  remote_id,
  phone,
  email,
  who_said_it,  ///< of consent: the contact that said it, which answers for all with the address
  same_address, ///< of consent: another contact with the address
};
template <>
struct EnumNames<MatchedBy> {
  static constexpr std::array<std::string_view, 5> names{"remote_id", "phone", "email",
                                                         "who_said_it", "same_address"};
};

/// What two names say about whether two are one person.
enum class NameMatch : std::uint8_t {
  unknown, ///< one has no name
  agree,   ///< a word in common
  differ,  ///< both named, none in common
};
template <>
struct EnumNames<NameMatch> {
  static constexpr std::array<std::string_view, 3> names{"unknown", "agree", "differ"};
};

/// A record of the contact in one connector.
struct IdentityRecord {
  ConnectorName connector;
  Hash16 remote_id_hash{};
  TIDEMARK_MEMBERS(IdentityRecord, connector, remote_id_hash)
};

/// Everything that identifies one contact, whole, as it stands from here on. The envelope carries a
/// tag for every key in it, so the last event under a key's tag says whose the key is.
/// Stream `identity`.
struct IdentityCardWritten {
  static constexpr std::string_view name = "identity.card_written.v1";
  ContactId contact;
  std::vector<IdentityRecord> records{};
  std::vector<AddressHash> phones{}; ///< the first is the newest
  std::vector<AddressHash> emails{};
  std::vector<Hash8> words{}; ///< keyed hashes of folded name words
  /// Keys that the person states but another contact owns; reviewed once each.
  std::vector<AddressHash> contested{};
  /// The contact that this one became part of, "" while it is one of its own. Then the keys lead
  /// there; they stay listed here, for a merge can be taken back.
  ContactId merged_into{};
  std::vector<ContactId> parts{}; ///< contacts that became part of this one
  TIDEMARK_MEMBERS(IdentityCardWritten, contact, records, phones, emails, words, contested,
                   merged_into, parts)
};

/// Keys point to more than one contact, or a match was refused: a person should look.
/// Stream `identity`.
struct IdentityReviewRequested {
  static constexpr std::string_view name = "identity.review_requested.v1";
  ContactId contact; ///< the one that was chosen or made
  ContactId other;
  Reason reason_code = Reason::none; ///< names_differ, record_exists, keys_point_to_two
  std::vector<MatchedBy> matched;
  TIDEMARK_MEMBERS(IdentityReviewRequested, contact, other, reason_code, matched)
};

} // namespace tidemark::events
