#pragma once
#include "base/ids.hpp"
#include "events/format/schema.hpp"

#include <optional>
#include <string>
#include <vector>

/// How records stand beside their values, as they change hands in a merge (requirement C8): tags
/// and status that they state, lists, owners and sequences that they were put on, fields that a
/// person typed in. Without it the contact that stays would never take the other's record off a
/// list.
namespace tidemark::events {

/// What one record says that its places depend on.
struct StatedPlace {
  ConnectorName connector;
  RemoteId remote_id;
  std::vector<std::string> tags;
  std::string assigned_to;
  std::string agent_field;
  std::optional<std::string> status; ///< absent: never stated
  bool operator==(const StatedPlace&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = StatedPlace;
    return use(member("connector", &T::connector), member("remote_id", &T::remote_id),
               member("tags", &T::tags), member("assigned_to", &T::assigned_to),
               member("agent_field", &T::agent_field), member("status", &T::status));
  }
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
  bool operator==(const HeldList&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = HeldList;
    return use(member("target", &T::target), member("record", &T::record), member("list", &T::list),
               member("delivery", &T::delivery), member("leaving", &T::leaving),
               member("failed", &T::failed), member("done", &T::done));
  }
};

/// The owner or sequence that a system was told last for one of the contact's records.
struct HeldPlace {
  ConnectorName target;
  RemoteId record;   ///< as in HeldList
  std::string value; ///< id of the user or sequence, "" for no sequence
  DeliveryId delivery;
  bool failed = false;
  bool done = false;
  bool operator==(const HeldPlace&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = HeldPlace;
    return use(member("target", &T::target), member("record", &T::record),
               member("value", &T::value), member("delivery", &T::delivery),
               member("failed", &T::failed), member("done", &T::done));
  }
};

struct PlacementBook {
  std::vector<StatedPlace> stated; ///< one for each live record that said anything
  std::vector<HeldList> lists;
  std::vector<HeldPlace> owners;    ///< one for each record that was told of one
  std::vector<HeldPlace> sequences; ///< one for each record that is in one, or was told of one
  bool operator==(const PlacementBook&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = PlacementBook;
    return use(member("stated", &T::stated), member("lists", &T::lists),
               member("owners", &T::owners), member("sequences", &T::sequences));
  }
};

/// Fields of one record that nothing is written to.
struct RecordMarks {
  ConnectorName connector;
  RemoteId remote_id;
  std::vector<std::string> edited; ///< changed last over there, not by us
  std::vector<std::string> parked; ///< left as they are over there: they were flapping
  bool operator==(const RecordMarks&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = RecordMarks;
    return use(member("connector", &T::connector), member("remote_id", &T::remote_id),
               member("edited", &T::edited), member("parked", &T::parked));
  }
};

/// How some records stand.
struct Standing {
  std::vector<RecordMarks> marks;
  PlacementBook places;
  bool operator==(const Standing&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("marks", &Standing::marks), member("places", &Standing::places));
  }
};

/// Follows `contact.records_given` when there is any. Stream `contact/<id>`.
struct StandingGiven {
  static constexpr std::string_view name = "contact.standing_given.v1";
  ContactId to;
  Standing standing;
  bool operator==(const StandingGiven&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("to", &StandingGiven::to), member("standing", &StandingGiven::standing));
  }
};

/// Follows `contact.records_taken` when there is any. Stream `contact/<id>`.
struct StandingTaken {
  static constexpr std::string_view name = "contact.standing_taken.v1";
  ContactId from;
  Standing standing;
  bool operator==(const StandingTaken&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("from", &StandingTaken::from), member("standing", &StandingTaken::standing));
  }
};

} // namespace tidemark::events
