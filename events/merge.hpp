#pragma once
#include "base/ids.hpp"
#include "events/contact.hpp"
#include "events/format/field_map.hpp"
#include "events/format/field_mask.hpp"
#include "events/format/schema.hpp"
#include "events/identity.hpp"
#include "events/opportunity.hpp"

#include <optional>
#include <string>
#include <vector>

/// Two contacts turn out to be one person, or not after all (requirement C8, rule 9).
/// A merge moves records, keys and values; nothing is lost, so it can be taken back.
namespace tidemark::events {

/// An operator says that two contacts are one person. An input; stream `admin`.
struct ContactsMergeRequested {
  static constexpr std::string_view name = "contacts.merge_requested.v1";
  ContactId contact; ///< stays
  ContactId other;   ///< becomes part of it
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ContactsMergeRequested, contact, other, reason, by, request_id)
};

/// An operator says that a merge was wrong. An input; stream `admin`.
struct ContactsUnmergeRequested {
  static constexpr std::string_view name = "contacts.unmerge_requested.v1";
  ContactId contact; ///< that took the other in
  ContactId other;   ///< to be one of its own again
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ContactsUnmergeRequested, contact, other, reason, by, request_id)
};

/// Two contacts are one from here on: all keys of `other` lead to `contact`. Stream `identity`.
struct ContactsMerged {
  static constexpr std::string_view name = "contacts.merged.v1";
  ContactId contact;
  ContactId other;
  std::vector<MatchedBy> matched; ///< what both have: phone, email
  NameMatch names = NameMatch::unknown;
  std::string reason;
  std::string by;
  TIDEMARK_MEMBERS(ContactsMerged, contact, other, matched, names, reason, by)
};

/// They are two again: the keys that `other` brought are its own. What either opted out of stays
/// closed for both. Stream `identity`.
struct ContactsUnmerged {
  static constexpr std::string_view name = "contacts.unmerged.v1";
  ContactId contact;
  ContactId other;
  std::vector<AddressHash> addresses; ///< those that are only the other's again
  std::string reason;
  std::string by;
  TIDEMARK_MEMBERS(ContactsUnmerged, contact, other, addresses, reason, by)
};

/// A record of a contact as it changes hands.
struct MovedRecord {
  ConnectorName connector;
  RemoteId remote_id{};
  bool live = true;
  bool removed = false;
  bool replaced = false;
  FieldSet held{}; ///< the last value we know it held
  std::string source_version{};
  ContactId origin{}; ///< contact that it belonged to before a merge, "" always this one's
  TIDEMARK_MEMBERS(MovedRecord, connector, remote_id, live, removed, replaced, held, source_version,
                   origin)
};

/// The contact gives records away: all that it has when it becomes part of another, those that it
/// was given when they are two again. Stream `contact/<id>`.
struct RecordsReleased {
  static constexpr std::string_view name = "contact.records_released.v1";
  ContactId to;
  bool whole = true; ///< the contact ends; what it still wanted to send is not sent
  std::vector<MovedRecord> records{};
  FieldSet merged{}; ///< the values that go with them
  FieldMap<ConnectorName> sources{};
  std::vector<AddressHash> addresses{}; ///< see ContactsUnmerged
  TIDEMARK_MEMBERS(RecordsReleased, to, whole, records, merged, sources, addresses)
};

/// The contact takes the records that another gave. Stream `contact/<id>`.
struct RecordsAdopted {
  static constexpr std::string_view name = "contact.records_adopted.v1";
  ContactId from;
  bool returned = false; ///< they are its own, back after an unmerge
  std::vector<MovedRecord> records;
  FieldSet merged{};                 ///< what the contact holds from here on, whole
  FieldMap<ConnectorName> sources{}; ///< whose word each of them is
  FieldSet theirs;                   ///< the values that came with the records
  FieldMap<ConnectorName> their_sources;
  std::vector<TargetOutcome> targets{};
  TIDEMARK_MEMBERS(RecordsAdopted, from, returned, records, merged, sources, theirs, their_sources,
                   targets)
};

/// What the one that stays holds after an unmerge, as it was before the merge; empty values for
/// what the merge had brought, so that its systems are told. Follows a `contact.records_released`
/// that is not whole. Stream `contact/<id>`.
struct ValuesRestored {
  static constexpr std::string_view name = "contact.values_restored.v1";
  ContactId other;                 ///< that is one of its own again
  FieldSet merged;                 ///< whole
  FieldMap<ConnectorName> sources; ///< whose word each of them is
  std::vector<TargetOutcome> targets;
  TIDEMARK_MEMBERS(ValuesRestored, other, merged, sources, targets)
};

// How records stand beside their values, as they change hands in a merge (requirement C8): tags
// and status that they state, lists, owners and sequences that they were put on, fields that a
// person typed in. Without it the contact that stays would never take the other's record off a
// list.

/// What one record says that its places depend on.
struct StatedPlace {
  ConnectorName connector;
  RemoteId remote_id;
  std::vector<std::string> tags{};
  std::string assigned_to{};
  std::string agent_field{};
  std::optional<std::string> status{}; ///< absent: never stated
  TIDEMARK_MEMBERS(StatedPlace, connector, remote_id, tags, assigned_to, agent_field, status)
};

/// A list that we put one of the contact's records on, or are taking it off.
struct HeldList {
  ConnectorName target;
  RemoteId record; ///< "": the one that the contact has there now, or is about to have
  std::string list;
  DeliveryId delivery; ///< the last that was about it
  bool leaving = false;
  bool failed = false; ///< that delivery came to nothing
  bool done = false;   ///< it was taken
  TIDEMARK_MEMBERS(HeldList, target, record, list, delivery, leaving, failed, done)
};

/// The owner or sequence that a system was told last for one of the contact's records.
struct HeldPlace {
  ConnectorName target;
  RemoteId record;   ///< as in HeldList
  std::string value; ///< id of the user or sequence, "" for no sequence
  DeliveryId delivery;
  bool failed = false;
  bool done = false;
  TIDEMARK_MEMBERS(HeldPlace, target, record, value, delivery, failed, done)
};

/// An opportunity as it was told last, and with which record of the contact.
struct KnownOpportunity {
  RemoteId record;
  OpportunityFacts facts;
  TIDEMARK_MEMBERS(KnownOpportunity, record, facts)
};

/// How far the contact has come.
struct LeadBook {
  std::vector<KnownOpportunity> opportunities; ///< the last, oldest first
  /// Tags that the contact had when the last open opportunity was closed, and has still: they put
  /// nobody on a list any more.
  std::vector<std::string> closed_tags;
  TIDEMARK_MEMBERS(LeadBook, opportunities, closed_tags)
};
/// Logs of before have none.
template <>
inline constexpr bool left_out_when_absent<std::optional<LeadBook>> = true;

struct PlacementBook {
  std::vector<StatedPlace> stated; ///< one for each live record that said anything
  std::vector<HeldList> lists;
  std::vector<HeldPlace> owners;    ///< one for each record that was told of one
  std::vector<HeldPlace> sequences; ///< one for each record that is in one, or was told of one
  std::optional<LeadBook> leads{};  ///< none while no opportunity was told of
  TIDEMARK_MEMBERS(PlacementBook, stated, lists, owners, sequences, leads)
};

/// Fields of one record that nothing is written to.
struct RecordMarks {
  ConnectorName connector;
  RemoteId remote_id;
  FieldMask edited; ///< changed last over there, not by us
  FieldMask parked; ///< left as they are over there: they were flapping
  TIDEMARK_MEMBERS(RecordMarks, connector, remote_id, edited, parked)
};

/// How some records stand.
struct Memberships {
  std::vector<RecordMarks> marks;
  PlacementBook places;
  TIDEMARK_MEMBERS(Memberships, marks, places)
};

/// Follows `contact.records_released` when there is any. Stream `contact/<id>`.
struct MembershipsReleased {
  static constexpr std::string_view name = "contact.memberships_released.v1";
  ContactId to;
  Memberships memberships;
  TIDEMARK_MEMBERS(MembershipsReleased, to, memberships)
};

/// Follows `contact.records_adopted` when there is any. Stream `contact/<id>`.
struct MembershipsAdopted {
  static constexpr std::string_view name = "contact.memberships_adopted.v1";
  ContactId from;
  Memberships memberships;
  TIDEMARK_MEMBERS(MembershipsAdopted, from, memberships)
};

} // namespace tidemark::events
