#include "domain/evolve.hpp"

#include "base/invariant.hpp"
#include "base/overloaded.hpp"
#include "domain/consent/opt_out_propagation.hpp"
#include "domain/contacts/heard_marks.hpp"
#include "domain/contacts/plan.hpp"
#include "domain/contacts/records.hpp"
#include "domain/conversations/appointments.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"
#include "domain/delivery/delivery_verdict.hpp"
#include "domain/delivery/retry.hpp"
#include "domain/lists/membership_planner.hpp"
#include "domain/lists/opportunities.hpp"
#include "domain/merge/transfer_activity.hpp"
#include "domain/merge/transfer_memberships.hpp"
#include "domain/merge/transfer_records.hpp"
#include "domain/rules/normalise.hpp"
#include "domain/sync/observation.hpp"
#include "domain/sync/record_history.hpp"

#include <algorithm>
#include <concepts>
#include <utility>

/// What an event makes of the contact.
namespace tidemark::domain {
namespace {

template <class E, class... Es>
concept OneOf = (std::same_as<E, Es> || ...);

using events::Event;
using events::Field;

constexpr std::size_t history_max = 6; // one more than flapping needs

OpenIntent* find_open(Contact& contact, const DeliveryId& delivery) {
  const auto at = std::find_if(contact.open.begin(), contact.open.end(),
                               [&](const auto& open) { return open.delivery == delivery; });
  return at == contact.open.end() ? nullptr : &*at;
}

void close(Contact& contact, const DeliveryId& delivery) {
  std::erase_if(contact.open, [&](const auto& open) { return open.delivery == delivery; });
}

/// It may have made a record, whatever takes its place now.
void note_unsure_create(Contact& contact, const OpenIntent& open) {
  if (open.operation != events::Operation::create
      || std::ranges::any_of(contact.unsure_creates,
                             [&](const auto& one) { return one.delivery == open.delivery; }))
    return;
  constexpr std::size_t kept_max = 8; // an outage makes one for each edit
  if (contact.unsure_creates.size() >= kept_max)
    contact.unsure_creates.erase(contact.unsure_creates.begin());
  contact.unsure_creates.push_back({open.delivery, open.target, open.sent});
}

/// The request did not do what it left for; or, when that is uncertain, nobody will find out.
void doubt_again(Contact& contact, OpenIntent& open) {
  for (auto& record : contact.records)
    if (record.connector == open.target && record.live)
      for (const auto& [field, value] : open.fields)
        if (open.uncertain || open.settles.has(field))
          record.doubtful.add(field);
  open.settles = {};
}

/// Nobody will find out whether it took effect; if it did, not later than now.
void may_have_written(Contact& contact, const OpenIntent& open, Timestamp now) {
  for (auto& record : contact.records)
    if (record.connector == open.target && record.live)
      for (const auto& [field, value] : open.sent) {
        const auto* ours = record.ours.find(field);
        record.ours[field] = {{now, {}}, ours && ours->stands};
      }
}

/// The delivery came to nothing: a record that it was to replace still stands.
void give_up(Contact& contact, const DeliveryId& delivery, Timestamp now,
             Reason reason = Reason::none) {
  if (reason != Reason::not_found) // a record that is gone need not be told again at each look
    forget_propagation(contact.consent, delivery);
  note_failed(contact.consent, delivery);
  not_placed(contact.placement, delivery, reason);
  const bool had_no_record = reason == Reason::no_record_there;
  if (had_no_record)
    call_post_failed(contact.calls, delivery);
  message_post_failed(contact.messages, delivery, had_no_record);
  if (auto* open = find_open(contact, delivery)) {
    set_replaced(contact, open->target, open->replaces, false);
    doubt_again(contact, *open);
    if (open->uncertain)
      may_have_written(contact, *open, now);
  }
  close(contact, delivery);
  TIDEMARK_INVARIANT(!find_open(contact, delivery), "the open intents beside " + delivery.value);
  forget_words_of_gone(contact);
}

void apply(Contact& contact, const events::MessageObserved& e) {
  evolve(contact.messages, e);
  evolve(contact.appointments, e);
}

void apply(Contact& contact, const events::ActionIntended& e, Timestamp at) {
  evolve(contact.consent, e);
  evolve(contact.calls, e);
  evolve(contact.messages, e, at);
  evolve(contact.placement, e);
}

void apply(Contact& contact, const events::ActionAccepted& e, Timestamp at) {
  evolve(contact.consent, e);
  evolve(contact.messages, e, at);
  evolve(contact.placement, e);
}

void apply(Contact& contact, const events::ContactObserved& e, Timestamp at) {
  evolve(contact.placement, e);
  if (e.outcome == events::Outcome::superseded || e.reason_code == Reason::unknown_event_in_stream)
    return;
  if (e.removed) {
    auto* record = record_for(contact, e.connector, e.remote_id);
    forget_record(contact.placement, e.connector, e.remote_id, record != nullptr);
    if (record) {
      record->live = false;
      record->removed = true;
      forget_propagation_to(contact.consent, e.connector, e.remote_id);
      record->source_version = std::max(record->source_version, e.source_version);
    }
    return;
  }
  auto& record = stated_record(contact, e.connector, e.remote_id);
  record.heard = true;
  if (!e.remote_id.value.empty())
    std::erase_if(contact.unsure_creates,
                  [&](const auto& one) { return one.target == e.connector; });
  record.echoed |= e.outcome == events::Outcome::echo_of;
  const auto stated = observed_at(e.source_version, at);
  for (const auto& [field, value] : e.fields) {
    const auto* aside = e.set_aside.find(field);
    // A value that is not the named delivery's own is no echo of it, whatever the other fields are.
    take_echo(record, field, value.reveal(), aside ? DeliveryId{} : e.echo_of);
    if (aside && *aside == Reason::from_before_our_write) {
      if (!record.echoed || is_same_moment(record, e.source_version))
        record.doubtful.add(field); // it may hold the old value after all
      continue;
    }
    const bool crosses = e.outcome != events::Outcome::echo_of
                         && may_cross(contact, record, field, value.reveal(), stated);
    note_editor(contact, record, e, field, value.reveal());
    record.held.set(field, value.reveal());
    crosses ? record.doubtful.add(field) : record.doubtful.remove(field);
    if (aside)
      record.parked.add(field);
  }
  std::erase_if(record.written, [](const auto& write) { return write.values.empty(); });
  if (e.source_version > record.source_version)
    record.source_version = e.source_version;
  place_at_known_record(contact, e.connector);
  forget_words_of_gone(contact);
  if (auto* open = find_open(contact, e.echo_of))
    for (const auto& [field, value] : e.fields)
      open->fields.erase(field); // seen to be there before the answer: what comes next is newer
}

void note_turn(Contact& contact, Field field, Timestamp at) {
  auto history = std::find_if(contact.history.begin(), contact.history.end(),
                              [&](const auto& h) { return h.field == field; });
  if (history == contact.history.end())
    history = contact.history.insert(history, FieldHistory{field, {}});
  history->changes.push_back(at);
  if (history->changes.size() > history_max)
    history->changes.erase(history->changes.begin());
  TIDEMARK_INVARIANT(history->changes.size() <= history_max, "the turns of a field");
}

/// Its value comes as contact.changed. One that stays against a value that can be none is written
/// back: a system that turns it again flaps.
void apply(Contact& contact, const events::ContactConflictDecided& e, Timestamp at) {
  if (e.rule == valid_phone_wins || e.rule == valid_email_wins)
    note_turn(contact, e.field, at);
}

void apply(Contact& contact, const events::ContactChanged& e, Timestamp at) {
  overlay(contact.merged, e.fields);
  for (const auto& [field, value] : e.fields) {
    contact.sources[field] = e.source;
    const bool against_ours = e.against_ours.has(field);
    for (auto& record : contact.records) {
      record.parked.remove(field);
      if (auto* ours = record.ours.find(field); ours && record.connector == e.source)
        ours->stands = false;
    }
    if (against_ours)
      note_turn(contact, field, at);
  }
}

/// What leaves now settles what its fields hold over there; unless it may have left before, under
/// the same key, and is not done twice.
void apply(Contact& contact, const events::DeliveryDispatched& e, Timestamp at) {
  evolve(contact.messages, e, at);
  auto* open = find_open(contact, e.delivery);
  if (!open)
    return;
  if (std::exchange(open->in_flight, true)) // this process was ended before an answer came
    note_unsure_create(contact, *open);
  if (open->uncertain)
    return;
  for (auto& record : contact.records)
    if (record.connector == open->target)
      for (const auto& [field, value] : open->fields)
        if (record.doubtful.has(field)) {
          record.doubtful.remove(field);
          open->settles.add(field);
        }
}

/// It stays in flight until it is settled: a create stated anew would make a second record.
void apply(Contact& contact, const events::DeliveryUnknown& e) {
  if (auto* open = find_open(contact, e.facts.delivery)) {
    open->uncertain = true;
    note_unsure_create(contact, *open);
  }
}

void apply(Contact& contact, const events::DeliveryRetryScheduled& e) {
  if (auto* open = find_open(contact, e.facts.delivery)) {
    open->in_flight = open->uncertain;
    if (!open->in_flight)
      doubt_again(contact, *open);
  }
}

/// The record turned out to be gone while it was to be updated; its place is taken by another.
void apply(Contact& contact, const events::DeliveryLookedUp& e) {
  if (e.gone.value.empty())
    return;
  bool in_use = false;
  for (auto& record : contact.records)
    if (record.connector == e.target && record.remote_id == e.gone) {
      in_use |= record.live;
      record.live = false;
    }
  forget_record(contact.placement, e.target, e.gone, in_use);
  forget_propagation_to(contact.consent, e.target, e.gone);
}

/// Remembers what a system will not take whatever the time of day.
void apply(Contact& contact, const events::DeliveryRejected& e, Timestamp at) {
  const auto* open = find_open(contact, e.facts.delivery);
  if (open && is_about_content(e.facts.reason_code)) {
    const RefusedIntent refused{open->target, open->operation, open->remote_id, open->fields};
    std::erase_if(contact.refused, [&](const auto& r) { return r.target == refused.target; });
    contact.refused.push_back(refused);
  }
  give_up(contact, e.facts.delivery, at, e.facts.reason_code);
}

void apply(Contact& contact, const events::DeliveryDied& e, Timestamp at) {
  give_up(contact, e.facts.delivery, at, e.facts.reason_code);
}

/// Nothing was written: what the record shows is decided about as its own word, so what else was
/// on its way there is planned anew. One that was given up before is in use again.
void adopt_existing(Contact& contact, const events::DeliveryAccepted& e) {
  for (auto& open : contact.open)
    if (open.target == e.target && !open.in_flight)
      open.fields = {};
  for (auto& record : contact.records)
    if (record.connector == e.target && record.remote_id == e.remote_id) {
      if (!record.live || record.replaced)
        record.held = {}; // long ago
      record.live = true;
      record.replaced = false;
    }
}

void apply(Contact& contact, const events::ConsentApplied& e) {
  evolve(contact.consent, e);
  note_own_word(contact, e);
}

void apply(Contact& contact, const events::DeliveryAccepted& e, Timestamp at) {
  note_taken(contact.consent, e.facts.delivery);
  const auto* open = find_open(contact, e.facts.delivery);
  const bool created = open && open->operation == events::Operation::create;
  auto news = e.fields; // without what the record itself has shown since
  if (open && !record_for(contact, e.target, e.remote_id)) // it was made with all of these
    for (const auto& [field, value] : open->context)
      if (!news.find(field))
        news.set(field, value.reveal());
  if (open && open->in_flight)
    for (const auto& [field, value] : e.fields)
      if (!open->fields.find(field))
        news.erase(field);
  close(contact, e.facts.delivery);
  if (e.found())
    return adopt_existing(contact, e);
  if (e.fields.empty() && e.remote_id.value.empty())
    return; // a forwarded webhook: there is no record of ours over there
  if (auto* replaced = replaced_record(contact, e.target, e.remote_id)) {
    if (!created) // an update that was out when the record was replaced
      return overlay(replaced->held, news);
    use_again(contact, *replaced);
  }
  if (e.replaces != e.remote_id)
    set_replaced(contact, e.target, e.replaces, true);
  if (!e.replaces.value.empty() && !e.remote_id.value.empty())
    take_over(contact.placement, e.target, e.replaces, e.remote_id, !created);
  auto& record = record_of(contact, e.target, e.remote_id);
  if (!e.replaces.value.empty() && e.replaces != e.remote_id)
    record.predecessor = e.replaces;
  const WriteTime when{at, parse_http_date(e.facts.answer.date).value_or(Timestamp{})};
  remember_write(record, e, news, when);
  // What the record has shown before the answer came was written no less shortly ago.
  for (const auto& [field, value] : e.fields)
    if (!news.find(field)) {
      const auto* held = record.held.find(field);
      record.ours[field] = {when, held && same_value(nullptr, field, *held, value.reveal())};
    }
  place_at_known_record(contact, e.target);
  forget_words_of_gone(contact);
}

void apply(Contact& contact, const events::DeliveryIntended& e) {
  evolve(contact, e);
  if (e.forward.value == 0)
    return;
  note_body(contact.consent, e);
  const auto at = std::find_if(contact.forwarded.begin(), contact.forwarded.end(),
                               [&](const auto& one) { return one.target == e.target; });
  if (at == contact.forwarded.end())
    contact.forwarded.push_back({e.target, e.forward});
  else
    at->webhook = std::max(at->webhook, e.forward);
}

void apply(Contact& contact, const events::DeliveryRetryDecided& e) {
  if (e.outcome == events::Outcome::applied)
    contact.retried.push_back({e.delivery, e.retried_by});
}

/// What people ask for, before anybody has decided it.
template <class E>
concept AskedFor = OneOf<E, events::ParkedReleaseRequested, events::ListsRebuildRequested,
                         events::MappingRepairRequested, events::DeliveryRetryRequested,
                         events::DeliveryWrittenOff, events::DeliveryPurged,
                         events::ContactImported, events::MessageImported>;

/// In step, all records hold the same values: they take the memory of one.
void share_values(Contact& contact) {
  for (auto& record : contact.records) {
    record.held.share_with(contact.merged);
    for (auto& write : record.written)
      write.values.share_with(record.held);
  }
}

} // namespace

void evolve(Contact& contact, const Event& event, Timestamp recorded_at) {
  std::visit(
      overloaded{
          [&](const events::Unknown&) { contact.unreadable = true; },
          [&](const events::ContactObserved& e) { apply(contact, e, recorded_at); },
          [&](const events::ContactChanged& e) { apply(contact, e, recorded_at); },
          [&](const events::ContactConflictDecided& e) { apply(contact, e, recorded_at); },
          [&](const events::DeliveryIntended& e) { apply(contact, e); },
          [&](const events::DeliveryDispatched& e) { apply(contact, e, recorded_at); },
          [&](const events::DeliveryLookedUp& e) { apply(contact, e); },
          [&](const events::DeliveryAccepted& e) { apply(contact, e, recorded_at); },
          [&](const events::DeliveryRejected& e) { apply(contact, e, recorded_at); },
          [&](const events::DeliveryUnknown& e) { apply(contact, e); },
          [&](const events::DeliveryRetryScheduled& e) { apply(contact, e); },
          [&](const events::DeliveryDied& e) { apply(contact, e, recorded_at); },
          [&](const events::DeliverySuperseded& e) { give_up(contact, e.delivery, recorded_at); },
          [&](const events::DeliverySuppressed& e) { give_up(contact, e.delivery, recorded_at); },
          [&](const events::ConsentApplied& e) { apply(contact, e); },
          [&](const events::OptOutMarkedByHand& e) { note_deed(contact, e); },
          [&](const events::CallObserved& e) { evolve(contact.calls, e); },
          [&](const OneOf<events::RecordsReleased, events::RecordsAdopted, events::HistoryReleased,
                          events::HistoryAdopted, events::MembershipsReleased,
                          events::MembershipsAdopted, events::ValuesRestored> auto& e) {
            evolve(contact, e);
          },
          [&](const events::MessageObserved& e) { apply(contact, e); },
          [&](const events::AppointmentObserved& e) { evolve(contact.appointments, e); },
          [&](const events::OpportunityObserved& e) { evolve(contact.placement, e); },
          [&](const events::ActionIntended& e) { apply(contact, e, recorded_at); },
          [&](const events::ActionAccepted& e) { apply(contact, e, recorded_at); },
          [](const events::ListsRebuilt&) { /* its intents tell what follows */ },
          [](const events::MappingRepairDecided&) { /* its intents tell what follows */ },
          [](const events::ContactMentioned&) { /* its intents tell what follows */ },
          [&](const events::DeliveryRetryDecided& e) { apply(contact, e); },
          [](const events::SendDecided&) { /* its delivery tells what became of it */ },
          [](const events::DriftFound&) { /* the observation before it tells what changed */ },
          // Not events of a contact; they never stand under its tag.
          [](const OneOf<events::BackfillRequested, events::BackfillPageReceived,
                         events::BackfillFinished, events::PeopleRead> auto&) {},
          [](const OneOf<events::BulkStarted, events::BulkProgressed, events::BulkEnded> auto&) {},
          [](const OneOf<events::DeadlineReached, events::ViolationFound, events::WatchLooked,
                         events::HandsSettled, events::CallAllowed, events::BodyRevealed,
                         events::WebhookRepeated, events::WebhookMarked> auto&) {},
          [](const events::AboutConnector auto&) {},
          [](const events::AboutAccess auto&) {},
          [](const events::AboutTenant auto&) {},
          [](const AskedFor auto&) {},
          [](const events::ConsentChanged&) {},
          [](const OneOf<events::ConsentRequested, events::OptOutImported> auto&) {},
          [](const events::CommandParked&) {},
          [](const events::CommandTimedOut&) {},
          [](const events::ContactsMergeRequested&) {},
          [](const events::ContactsUnmergeRequested&) {},
          [](const events::ContactsMerged&) {},
          [](const events::ContactsUnmerged&) {},
          [](const events::WebhookReceived&) {},
          [](const events::WebhookInterpreted&) {},
          [](const events::WebhookReprocessRequested&) {},
          [](const OneOf<events::EngineStarted, events::LogRestored, events::ConfigReloaded,
                         events::LogLevelsSet, events::LimitsSet, events::AgentFlagSet> auto&) {},
          [](const events::ConfigApplied&) {},
          [](const events::TimerDue&) {},
          [](const events::RecoveryPerformed&) {},
          [](const events::IdentityCardWritten&) {},
          [](const events::IdentityReviewRequested&) {},
          [](const events::BroadcastObserved&) {},
      },
      event);
  share_values(contact);
}

} // namespace tidemark::domain
