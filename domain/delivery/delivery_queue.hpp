#pragma once
#include "events/recorded.hpp"

#include <memory>
#include <string>
#include <vector>

/// What is pending from one contact to one system: a fold over the contact's events.
namespace tidemark::domain {

/// An intent that has no final answer yet, with all that its next step needs.
struct PendingDelivery {
  events::DeliveryIntended intent; ///< of an action: id, contact, target and record only
  Position intent_at;
  Position correlation;      ///< the input at the root of the chain
  std::uint32_t attempt = 0; ///< attempts begun
  std::uint32_t step = 0;    ///< of the request that is out or was last answered
  bool dispatched = false;   ///< a request is out and has no recorded answer
  bool mid_attempt = false;  ///< a look-up was answered: the next step continues the attempt
  bool after_unknown = false;
  std::string step_name;    ///< of the request that is out or was last answered
  std::string unknown_step; ///< of the last request whose outcome is not known, "" when none
  bool token_refreshed = false;
  Timestamp not_before;
  Position held_for;    ///< opt-out whose mark is to be heard before this, 0 when none
  Timestamp held_until; ///< at the latest, `Timestamp{}` when it is not held
  Position last_event;  ///< newest event about it: cause of its next decision
  Timestamp last_event_at;
  std::vector<Position> answers; ///< looked-up answers of the running attempt
  /// Those of earlier attempts to leave lists: they tell what it is to join again.
  std::vector<Position> answers_before;
  /// Older ones that were out when this one was intended, so it does not state what they bring.
  std::vector<DeliveryId> counts_on;
  std::shared_ptr<const events::ActionIntended> action; ///< null: it writes the contact's values
  bool closed_since = false; ///< the contact was closed after this was intended
};

/// Everything pending from one contact to one system.
struct DeliveryQueue {
  /// Newest known record of the contact over there, from the oldest pending intent on: what was
  /// known before is in that intent. So a lane is the same wherever one begins to read it.
  RemoteId remote_id;
  Position remote_id_at;                ///< where that was learned
  std::vector<PendingDelivery> pending; ///< in the order of intent
  bool opted_out = false;    ///< the contact was closed since: no value of it leaves any more
  bool texts_closed = false; ///< likewise, for texts
};

/// The lane after one more event under the contact's tag.
void evolve(DeliveryQueue& lane, const events::Recorded& recorded, const ConnectorName& target);

/// Does it tell a system of an opt-out, or that it is over?
bool is_consent(const events::ActionIntended& action);

/// Is it about the record that it names, whichever the contact is written to by then?
bool is_about_its_record(const events::ActionIntended& action);

/// Does it hand a webhook's body on, as it came?
bool is_forward(const PendingDelivery& delivery);

/// Does the body tell of an opt-out, by more than our tags?
bool shows_mark(const events::DeliveryIntended& intent);

/// How long a body waits for the one that shows the mark of the person's opt-out. That one comes
/// within seconds of our write; where its webhook was lost, somebody is told after ten minutes, and
/// critically after this day. Then the others go on, so that nothing is kept for ever because
/// nobody acted: what they tell has happened, and none of them is a word to the person.
inline constexpr auto mark_wait = std::chrono::hours{24};

/// From when on it may leave, `Timestamp{}`: at any time.
Timestamp due_at(const PendingDelivery& delivery);

/// Does it go through a pause and an open circuit? Opt-outs do, told by a call or by a body with
/// the mark, and what has to leave before one.
bool leaves_with_opt_outs(const DeliveryQueue& lane, const PendingDelivery& delivery);

/// Was a create sent that has no final answer yet?
bool has_create_out(const DeliveryQueue& lane);

/// Are both about one channel of one record? A record that is not known may be any.
bool concern_one_channel(const events::ActionIntended& one, const events::ActionIntended& other);

/// Nothing is left to bring about: the intent only takes the place of older ones.
bool is_empty(const PendingDelivery& delivery);

} // namespace tidemark::domain
