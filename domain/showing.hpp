#pragma once
#include "domain/cause.hpp"
#include "domain/rules.hpp"
#include "events/all.hpp"

#include <vector>

/// What decisions about calls and messages share: actions at the other systems, and an outcome for
/// each.
namespace tidemark::domain {

struct Contact;

struct Showing {
  const Contact& contact;
  const ContactId& id;
  const SyncRules& rules;
  const Cause& cause;
  std::vector<events::TargetOutcome>& outcomes;
  std::vector<events::ActionIntended> intents;

  void say(const SystemRule& system, events::Outcome outcome, std::string reason,
           DeliveryId delivery = {});
  /// It takes changes, and has or is about to have a record of the contact that they can stand
  /// with; else the outcome says why not.
  bool can_take(const SystemRule& system);
  /// An action with everything but its content; the delivery's id is given by `intend`.
  events::ActionIntended action(const SystemRule& system, events::Action action) const;
  void intend(const SystemRule& system, events::ActionIntended intent);
};

} // namespace tidemark::domain
