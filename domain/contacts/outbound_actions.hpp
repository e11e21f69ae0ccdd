#pragma once
#include "domain/rules/cause.hpp"
#include "domain/rules/rules.hpp"
#include "events/all.hpp"

#include <string_view>
#include <vector>

/// What decisions about calls and messages share: actions at the other systems, and an outcome for
/// each.
namespace tidemark::domain {

struct Contact;
struct ContactRecord;

/// Actions of one decision that show what waited; an append holds 256 events.
inline constexpr std::size_t shown_at_once_max = 100;

bool is_waiting(const events::TargetOutcome& outcome);

/// What becomes of it where the contact has no record and none is coming.
enum class Lacking : std::uint8_t { skipped, waits };

struct OutboundActions {
  const Contact& contact;
  const ContactId& id;
  const SyncRules& rules;
  const Cause& cause;
  std::vector<events::TargetOutcome>& outcomes;
  std::vector<events::ActionIntended> intents{};
  /// Tells deliveries of one decision apart that do not stand in the same `intents`.
  std::string_view series = "activity";

  void add_outcome(const SystemRule& system, events::Outcome outcome, Reason reason,
                   DeliveryId delivery = {});
  /// It takes changes, and has or is about to have a record of the contact that they can stand
  /// with; else the outcome says why not.
  bool can_take(const SystemRule& system, Lacking lacking = Lacking::skipped);
  /// As `can_take`, without an outcome; a record whose id was never told does not count.
  bool can_reach(const SystemRule& system) const;
  /// As much as one decision may hold: the rest goes with the next one.
  bool is_full() const { return intents.size() >= shown_at_once_max; }
  /// An action with everything but its content; the delivery's id is given by `intend`.
  events::ActionIntended action(const SystemRule& system, events::Action action) const;
  /// The same on one of the contact's records, whichever it is written to: with that record's own
  /// phone and e-mail, for some calls take these as its name.
  events::ActionIntended action_on(const SystemRule& system, events::Action action,
                                   const ContactRecord& record) const;
  void intend(const SystemRule& system, events::ActionIntended intent);
};

} // namespace tidemark::domain
