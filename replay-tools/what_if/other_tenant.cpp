#include "replay-tools/what_if/other_tenant.hpp"

#include "base/contains.hpp"
#include "domain/evolve.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/interpret.hpp"
#include "domain/rules/rules_version.hpp"
#include "replay-tools/what_if/opt_out_words.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

const std::vector<events::AssignedCommand>& commands_in(const RecordedAppend& append) {
  static const std::vector<events::AssignedCommand> none;
  for (const auto& [recorded, attachment] : append.events)
    if (const auto* interpreted = std::get_if<events::WebhookInterpreted>(&recorded.event))
      return interpreted->commands;
  return none;
}

template <class Event>
const events::Event& event_in(const Event& one) {
  if constexpr (requires { one.event; })
    return one.event;
  else
    return one;
}

template <class Decision>
bool is_same(const RecordedAppend& append, const Decision& decision) {
  return std::ranges::equal(append.events, decision, [](const auto& was, const auto& now) {
    return was.recorded.event == event_in(now);
  });
}

} // namespace

OtherTenant::OtherTenant(TenantId tenant, const Alternative& alternative, const KeyedHasher& hasher)
    : tenant_(std::move(tenant)), alternative_(alternative), hasher_(hasher) {}

void OtherTenant::follow(RecordedAppend append, std::string_view incarnation) {
  incarnation_ = incarnation;
  const auto about = append.first(); // the events may be taken away
  for (const auto& [recorded, attachment] : append.events)
    if (const auto* applied = std::get_if<events::ConfigApplied>(&recorded.event))
      note_connectors(*applied);
  if (about.decider == events::Decider::interpreter)
    expect(commands_in(append), about.cause, commands_in(append), about.correlation);
  fold_recorded(append);
  if (about.decider != events::Decider::contact)
    return;
  drop_waiting(append.subject.contact, about.cause, about.command_index);
  state_.decided(about.cause);
}

void OtherTenant::decide(RecordedAppend append, std::string_view incarnation) {
  incarnation_ = incarnation;
  at_ = append.last().envelope.position;
  now_ = append.first().recorded_at;
  begin(append.first());
  drive_due();
  if (alternative_.apart && !append.subject.contact.value.empty())
    fork(append.subject.contact);
  const auto decider = append.first().decider;
  const bool is_ours = decider == events::Decider::interpreter
                       || decider == events::Decider::contact
                       || decider == events::Decider::delivery;
  if (!is_ours)
    return take_in(append);
  ++looked_.decisions;
  looked_.older_rules += append.first().rules == domain::rules_version ? 0 : 1;
  if (decider == events::Decider::interpreter)
    interpreted(append);
  else if (decider == events::Decider::contact)
    contact_decided(append);
  else
    delivery_decided(append);
}

/// From here on the other configuration holds.
void OtherTenant::begin(const events::Envelope& about) {
  if (std::exchange(began_, true))
    return;
  const auto other = alternative_.configurations.find(tenant_);
  if (other == alternative_.configurations.end())
    return;
  events::Recorded applied{about, other->second};
  std::string none;
  state_.fold(applied, none, {});
}

void OtherTenant::note_connectors(const events::ConfigApplied& applied) {
  recorded_connectors_.clear();
  for (const auto& one : applied.connectors)
    recorded_connectors_.insert(one.connector);
}

void OtherTenant::count_input(const events::Event& input) {
  const auto* page = std::get_if<events::BackfillPageReceived>(&input);
  const auto* connector = domain::connector_behind(input);
  if (connector && !(page && page->dry_run) && recorded_connectors_.contains(*connector)
      && !state_.configured(*connector))
    ++looked_.not_decided[*connector];
}

void OtherTenant::take_in(RecordedAppend append) {
  std::set<ContactId> hit{append.subject.contact};
  keep_recorded(append);
  for (auto& [recorded, attachment] : append.events) {
    if (auto* applied = std::get_if<events::ConfigApplied>(&recorded.event)) {
      note_connectors(*applied);
      if (const auto other = alternative_.configurations.find(tenant_);
          other != alternative_.configurations.end())
        *applied = other->second;
    } else if (const auto* deed = std::get_if<events::OptOutMarkedByHand>(&recorded.event)) {
      hit.insert(deed->contacts.begin(), deed->contacts.end());
    }
    count_input(recorded.event);
    state_.fold(recorded, attachment, append.subject);
  }
  for (const auto& contact : hit)
    if (is_forked(contact))
      drive(contact);
}

void OtherTenant::interpreted(RecordedAppend append) {
  const auto& about = append.first();
  if (not_made_.erase(about.cause) > 0) { // it taught something that is not so here
    fork_all(commands_in(append));
    return keep_consents(append);
  }
  if (auto* input = state_.input(about.cause);
      input && !input->translation && translation_of(*input, state_))
    add_opt_outs(*input->translation, alternative_.opt_out_words);
  auto decision = interpreted_again(about, state_, with());
  looked_.not_recomputable += decision ? 0 : 1;
  if (decision && !is_same(append, *decision))
    return interpreted_otherwise(append, *std::move(decision));
  keep_consents(append);
  expect(commands_in(append), about.cause, commands_in(append), about.correlation);
  fold_recorded(append);
}

void OtherTenant::interpreted_otherwise(RecordedAppend append,
                                        std::vector<domain::TaggedEvent> decision) {
  const auto about = append.first();
  const auto& known = commands_in(append);
  const auto* interpreted = domain::interpreted_in(decision);
  const auto commands =
      interpreted ? interpreted->commands : std::vector<events::AssignedCommand>{};
  if (commands != known)
    for (const auto* both : {&commands, &known})
      fork_all(*both);
  const auto keep_address = [&](const events::Event& event) {
    if (const auto* change = std::get_if<events::ConsentChanged>(&event))
      consents_.try_emplace(change->address_hash, state_.consent_of(change->address_hash));
  };
  for (const auto& [recorded, attachment] : append.events)
    keep_address(recorded.event);
  for (const auto& own : decision)
    keep_address(own.event);
  keep_consents(append);
  expect(commands, about.cause, known, about.correlation);
  fold_own(std::move(decision), {}, place_of(append));
  decide_unrecorded();
}

void OtherTenant::contact_decided(RecordedAppend append) {
  const auto about = append.first();
  const auto& contact = append.subject.contact;
  if (is_forked(contact))
    return contact_decided_beside(append);
  auto decision = decided_again(about, contact, state_, with());
  looked_.not_recomputable += decision ? 0 : 1;
  drop_waiting(contact, about.cause, about.command_index);
  if (!decision || is_same(append, *decision)) {
    fold_recorded(append);
  } else {
    fork(contact);
    keep_recorded(append);
    fold_own(*std::move(decision), append.subject, place_of(append));
  }
  // Only now: the intents of the same decision may have needed the input's body.
  state_.decided(about.cause);
  if (is_forked(contact))
    drive(contact);
}

/// Of a contact that has a state of its own: the log's decision says only that it is time.
void OtherTenant::contact_decided_beside(RecordedAppend append) {
  const auto about = append.first();
  const auto contact = append.subject.contact;
  keep_recorded(append);
  auto& waiting = undecided_[contact];
  const auto is_it = [&](const Undecided& one) {
    return one.cause == about.cause && one.index == about.command_index;
  };
  if (std::ranges::any_of(waiting, is_it)) {
    while (!is_it(waiting.front()))
      decide_next(contact, place_here());
    decide_next(contact, place_of(append));
  }
  decide_unrecorded();
  drive(contact);
}

/// Decides what waits first; what cannot be decided is let go of.
void OtherTenant::decide_next(const ContactId& contact, const Place& place) {
  const auto next = undecided_[contact].front();
  if (decide_one(contact, next, place))
    return;
  ++looked_.not_recomputable;
  drop_waiting(contact, next.cause, next.index);
  state_.decided(next.cause);
}

bool OtherTenant::decide_one(const ContactId& contact, const Undecided& command,
                             const Place& place) {
  auto here = place;
  here.envelope.cause = command.cause;
  here.envelope.command_index = command.index;
  here.envelope.decider = events::Decider::contact;
  if (here.recorded.empty())
    here.envelope.correlation = command.correlation;
  auto decision = decided_again(here.envelope, contact, state_, with());
  if (!decision)
    return false;
  fork(contact);
  drop_waiting(contact, command.cause, command.index);
  fold_own(*std::move(decision), {contact, {}}, here);
  state_.decided(command.cause);
  return true;
}

/// One after another, as one may give what the next one takes.
void OtherTenant::decide_unrecorded() {
  for (bool more = true; more;) {
    more = false;
    const auto waiting = unrecorded_; // what is decided may lead to more
    for (const auto& contact : waiting) {
      auto& queue = undecided_[contact];
      if (std::ranges::none_of(queue, [](const auto& one) { return !one.recorded; })) {
        unrecorded_.erase(contact);
        continue;
      }
      if (queue.front().recorded || !decide_one(contact, Undecided(queue.front()), place_here()))
        continue;
      more = true;
      drive(contact);
    }
  }
}

void OtherTenant::expect(const std::vector<events::AssignedCommand>& commands, Position cause,
                         const std::vector<events::AssignedCommand>& known, Position correlation) {
  for (const auto& command : commands) {
    const bool recorded = std::ranges::any_of(known, [&](const auto& other) {
      return other.index == command.index && other.contact == command.contact;
    });
    undecided_[command.contact].push_back({cause, command.index, recorded, correlation});
    if (!recorded)
      unrecorded_.insert(command.contact);
  }
}

void OtherTenant::drop_waiting(const ContactId& contact, Position cause, std::uint32_t index) {
  const auto waiting = undecided_.find(contact);
  if (waiting == undecided_.end())
    return;
  std::erase_if(waiting->second,
                [&](const auto& one) { return one.cause == cause && one.index == index; });
  if (waiting->second.empty())
    undecided_.erase(waiting);
}

} // namespace tidemark::tools
