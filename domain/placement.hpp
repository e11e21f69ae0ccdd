#pragma once
#include "base/ids.hpp"
#include "domain/cause.hpp"
#include "domain/command.hpp"
#include "domain/rules.hpp"
#include "events/all.hpp"

#include <optional>
#include <string>
#include <vector>

/// Where a contact belongs at the dialers: call lists by its tags and its agent, the agent as its
/// owner, a sequence by its status (mission A1.6, M7, M8, M11). Every decision compares what the
/// records say now with what was brought about, so it does not matter which event told of it.
namespace tidemark::domain {

struct Contact;

/// What one record says that this depends on.
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
    using events::member;
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
  bool operator==(const HeldList&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = HeldList;
    using events::member;
    return use(member("target", &T::target), member("record", &T::record), member("list", &T::list),
               member("delivery", &T::delivery), member("leaving", &T::leaving),
               member("failed", &T::failed));
  }
};

/// The owner or sequence that a system was told last for one of the contact's records.
struct HeldPlace {
  ConnectorName target;
  RemoteId record;   ///< as in HeldList
  std::string value; ///< id of the user or sequence, "" for no sequence
  DeliveryId delivery;
  bool failed = false;
  bool operator==(const HeldPlace&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = HeldPlace;
    using events::member;
    return use(member("target", &T::target), member("record", &T::record),
               member("value", &T::value), member("delivery", &T::delivery),
               member("failed", &T::failed));
  }
};

struct PlacementBook {
  std::vector<StatedPlace> stated; ///< one for each live record that said anything
  std::vector<HeldList> lists;
  std::vector<HeldPlace> owners;    ///< one for each system
  std::vector<HeldPlace> sequences; ///< one for each record that is in one, or was told of one
  bool operator==(const PlacementBook&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = PlacementBook;
    using events::member;
    return use(member("stated", &T::stated), member("lists", &T::lists),
               member("owners", &T::owners), member("sequences", &T::sequences));
  }
};

/// Whose contact it is: the first of owner, field, tag that names a configured agent, else the
/// default (mission A1.6). Null: nobody's.
const events::Agent* agent_of(const PlacementBook& book, const SyncRules& rules);
/// Lists of a system that the contact's tags call for, each once, in configured order.
std::vector<std::string> wanted_lists(const PlacementBook& book, const SyncRules& rules,
                                      const ConnectorName& target);

/// All tags that the record has once the command is taken: some bodies tell only the change.
std::optional<std::vector<std::string>> tags_told(const PlacementBook& book,
                                                  const ObserveRecord& command);

/// Intents that bring the contact to where it belongs now: first off the lists, then onto others,
/// then its owner (mission A1.6: in that order). `after` knows the observation and its intents.
std::vector<events::Event> place_contact(const Contact& before, const Contact& after,
                                         const ContactId& id, const SyncRules& rules,
                                         const Cause& cause,
                                         std::vector<events::TargetOutcome>& outcomes);

/// Everything at the target once more, whatever was done before. The first event is
/// `contact.lists_rebuilt`.
std::vector<events::Event> decide_rebuild(const Contact& contact, const RebuildLists& command,
                                          const ContactId& id, const SyncRules& rules,
                                          const Cause& cause);

void evolve(PlacementBook& book, const events::ContactObserved& e);
void evolve(PlacementBook& book, const events::ActionIntended& e);
void evolve(PlacementBook& book, const events::ActionAccepted& e);
/// The delivery came to nothing.
void not_placed(PlacementBook& book, const DeliveryId& delivery);
/// The record is no more. Where it was in use, nobody knows what a record that takes its place
/// stands on: everything is to be asked for again.
void forget_record(PlacementBook& book, const ConnectorName& system, const RemoteId& record,
                   bool in_use);
/// The contact's record there is known now: what was done without knowing it was done to it.
void know_record(PlacementBook& book, const ConnectorName& system, const RemoteId& record);
/// One record took the place of another: until it speaks itself, it says what that one said. Under
/// the same number it is what a sequence that was begun by that number is about.
void take_over(PlacementBook& book, const ConnectorName& system, const RemoteId& from,
               const RemoteId& to, bool same_number);

} // namespace tidemark::domain
