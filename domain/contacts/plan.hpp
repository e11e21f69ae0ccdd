#pragma once
#include "domain/rules/cause.hpp"
#include "domain/rules/rules.hpp"
#include "events/all.hpp"

#include <string_view>
#include <vector>

/// A contact's decision under construction.
namespace tidemark::domain {

struct Contact;
struct ContactRecord;

/// Who decides, by which rules, and because of what.
struct DecisionContext {
  const ContactId& id;
  const SyncRules& rules;
  const Cause& cause;
};

/// Actions of one decision that show what waited; an append holds 256 events.
inline constexpr std::size_t shown_at_once_max = 100;

bool is_waiting(const events::TargetOutcome& outcome);

/// What becomes of it where the contact has no record and none is coming.
enum class Lacking : std::uint8_t { skipped, waits };

/// How the first event of a decision says that it ended.
template <class Decided>
void end_as(Decided& decided, events::Outcome outcome, Reason reason) {
  decided.outcome = outcome;
  decided.reason_code = reason;
}
/// Of a contact whose stream holds an event this program does not know: nothing is decided.
template <class Decided>
void end_as_unreadable(Decided& decided) {
  end_as(decided, events::Outcome::parked, Reason::unknown_event_in_stream);
}

/// What every decider adds to: what the systems are asked for, and an outcome for each.
class Plan {
public:
  /// `contact` is as the decision sees it: it may get to know what was decided so far.
  Plan(const Contact& contact, const DecisionContext& context)
      : contact(contact), id(context.id), rules(context.rules), cause(context.cause) {}

  const Contact& contact;
  const ContactId& id;
  const SyncRules& rules;
  const Cause& cause;
  std::vector<events::TargetOutcome> outcomes;
  std::vector<events::Event> events;

  /// Another decider goes on. Its deliveries are numbered by themselves, so that what others
  /// intend changes no id; one without a series intends the contact's values.
  void begin(std::string_view series) {
    series_ = series;
    intended_ = 0;
  }
  /// As much as one decision may hold: the rest goes with the next one.
  bool is_full() const { return intended_ >= shown_at_once_max; }

  void add_outcome(const SystemRule& system, events::Outcome outcome, Reason reason,
                   DeliveryId delivery = {});
  void skip(const SystemRule& system, Reason reason) {
    add_outcome(system, events::Outcome::skipped, reason);
  }
  /// It takes changes, and has or is about to have a record of the contact that they can stand
  /// with; else the outcome says why not.
  bool can_take(const SystemRule& system, Lacking lacking = Lacking::skipped);
  /// As `can_take`, without an outcome; a record whose id was never told does not count.
  bool can_reach(const SystemRule& system) const;

  /// An action with everything but its content; the delivery's id is given by `intend`.
  events::ActionIntended action(const SystemRule& system, events::Action action) const;
  /// The same on one of the contact's records, whichever it is written to: with that record's own
  /// phone and e-mail, for some calls take these as its name.
  events::ActionIntended action_on(const SystemRule& system, events::Action action,
                                   const ContactRecord& record) const;
  void intend(const SystemRule& system, events::ActionIntended intent);
  void intend(const SystemRule& system, events::DeliveryIntended intent);

  /// The whole decision. The first event tells the outcomes.
  template <class First>
  std::vector<events::Event> behind(First first) {
    first.targets = std::move(outcomes);
    events.insert(events.begin(), std::move(first));
    return std::move(events);
  }

private:
  DeliveryId next_id(const SystemRule& system);

  std::string_view series_;
  std::uint32_t intended_ = 0; ///< of the series
};

} // namespace tidemark::domain
