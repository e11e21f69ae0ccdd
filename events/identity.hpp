#pragma once
#include "base/ids.hpp"
#include "events/format/schema.hpp"

#include <string>
#include <vector>

/// Whose is it: which keys and records belong to which contact. Only keyed hashes, no values.
namespace tidemark::events {

/// A record of the contact in one connector.
struct IdentityRecord {
  ConnectorName connector;
  std::string remote_id_hash; ///< hex of Hash16
  bool operator==(const IdentityRecord&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = IdentityRecord;
    return use(member("connector", &T::connector), member("remote_id_hash", &T::remote_id_hash));
  }
};

/// Everything that identifies one contact, whole, as it stands from here on. The envelope carries a
/// tag for every key in it, so the last event under a key's tag says whose the key is.
/// Stream `identity`.
struct IdentityCardWritten {
  static constexpr std::string_view name = "identity.card_written.v1";
  ContactId contact;
  std::vector<IdentityRecord> records;
  std::vector<std::string> phones; ///< hashes, hex; the first is the newest
  std::vector<std::string> emails; ///< hashes, hex
  std::vector<std::string> words;  ///< hashes of folded name words, hex
  /// Keys that the person states but another contact owns; reviewed once each.
  std::vector<std::string> contested;
  /// The contact that this one became part of, "" while it is one of its own. Then the keys lead
  /// there; they stay listed here, for a merge can be taken back.
  ContactId merged_into{};
  std::vector<ContactId> parts{}; ///< contacts that became part of this one
  bool operator==(const IdentityCardWritten&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = IdentityCardWritten;
    return use(member("contact", &T::contact), member("records", &T::records),
               member("phones", &T::phones), member("emails", &T::emails),
               member("words", &T::words), member("contested", &T::contested),
               member("merged_into", &T::merged_into), member("parts", &T::parts));
  }
};

/// Keys point to more than one contact, or a match was refused: a person should look.
/// Stream `identity`.
struct IdentityReviewRequested {
  static constexpr std::string_view name = "identity.review_requested.v1";
  ContactId contact; ///< the one that was chosen or made
  ContactId other;
  std::string reason_code; ///< names_differ, record_exists, keys_point_to_two
  std::vector<std::string> matched;
  bool operator==(const IdentityReviewRequested&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = IdentityReviewRequested;
    return use(member("contact", &T::contact), member("other", &T::other),
               member("reason_code", &T::reason_code), member("matched", &T::matched));
  }
};

} // namespace tidemark::events
