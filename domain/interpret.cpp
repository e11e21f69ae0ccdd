#include "domain/interpret.hpp"

#include "base/contains.hpp"
#include "base/overloaded.hpp"
#include "domain/consent/imported_opt_out.hpp"
#include "domain/consent/unreadable_opt_out.hpp"
#include "domain/identity/existing_record.hpp"
#include "domain/identity/merge_decision.hpp"
#include "domain/intake/consent_decisions.hpp"
#include "domain/intake/consent_sharing.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/rules/normalise.hpp"
#include "domain/sync/forwarding.hpp"
#include "events/format/tags.hpp"

#include <algorithm>
#include <set>

namespace tidemark::domain {
namespace {

using events::AssignedCommand;
using events::CommandKind;
using events::Field;
using events::MatchedBy;

/// One decision under construction.
class Interpretation {
public:
  Interpretation(const InterpreterContext& context, ConnectorName connector, std::string kind)
      : context_(context), draft_(context), changes_(draft_) {
    interpreted_.webhook = context.cause.position;
    interpreted_.connector = std::move(connector);
    interpreted_.kind = std::move(kind);
  }

  void take(const Command& command, std::uint32_t place);
  void take(const events::ConsentRequested& request);
  void take(const events::OptOutImported& row);
  void take(const events::ParkedReleaseRequested& request);
  void take(const events::MappingRepairRequested& request);
  void take(const events::DeliveryRetryRequested& request);
  void take(const events::ParkingTime& time);
  void take(const events::ContactsMergeRequested& request);
  void take(const events::ContactsUnmergeRequested& request);
  void take_identity(std::vector<TaggedEvent> events);
  bool interpret_existing(const events::DeliveryAccepted& accepted);
  void skip(events::SkippedPart part) { interpreted_.skipped.push_back(std::move(part)); }
  void tell(const std::vector<events::BroadcastObserved>& broadcasts) {
    for (const auto& one : broadcasts)
      draft_.write({one, {}});
  }
  /// `always`: also when it leads to no command.
  std::vector<TaggedEvent> finish(std::uint32_t translated, bool always);
  /// Of a request, which has no translation.
  std::vector<TaggedEvent> finish() {
    return finish(static_cast<std::uint32_t>(interpreted_.commands.size()), true);
  }

private:
  void assign_to(const ContactId& contact, CommandKind kind, std::uint32_t place = 0,
                 std::vector<MatchedBy> matched = {}) {
    interpreted_.commands.push_back({.index = place,
                                     .place = place,
                                     .kind = kind,
                                     .contact = contact,
                                     .matched = std::move(matched)});
  }
  void take_record(const ObserveRecord& record, std::uint32_t place);
  void take_activity(const ObserveRecord& keyed, CommandKind kind,
                     const std::vector<ConsentSignal>& signs, std::uint32_t place);
  std::vector<ConsentSignal> doubts_in(const std::vector<ConsentSignal>& signs) const;
  void park(const ObserveRecord& keyed, const IdentityKeys& keys, CommandKind kind,
            std::uint32_t place);
  void move_records(const ContactId& giver, const ContactId& match);
  void release(const ParkedCommand& parked, const ContactId& contact);
  void release_known();

  const InterpreterContext& context_;
  Draft draft_;
  ConsentChanges changes_;
  events::WebhookInterpreted interpreted_;
  std::vector<AssignedCommand> released_;
  std::vector<events::Tag> released_tags_;
};

std::vector<KnownAddress> own_addresses(const IdentityKeys& keys, const events::FieldSet& fields) {
  std::vector<KnownAddress> out;
  const auto add = [&](const std::optional<AddressHash>& key, Field field) {
    if (key)
      out.push_back({field, *key, PiiText(identity_key(field, fields.get(field)))});
  };
  add(keys.phone, Field::phone);
  add(keys.email, Field::email);
  return out;
}

/// Is the contact's last record in a system gone whose deletions close its numbers (requirement
/// C17)?
bool marks_deleted(const ObserveRecord& record, const IdentityCard& before,
                   const IdentityCard& after, const SyncRules& rules) {
  const auto* system = rules.find(record.connector);
  const auto has_record = [&](const IdentityCard& card) {
    return std::any_of(card.records.begin(), card.records.end(),
                       [&](const auto& one) { return one.connector == record.connector; });
  };
  return record.removed && system && system->on_delete == OnDelete::mark_do_not_call
         && has_record(before) && !has_record(after);
}

void Interpretation::take_record(const ObserveRecord& record, std::uint32_t place) {
  const auto keys = keys_of(record, context_.tenant, context_.hasher);
  const Cause cause{context_.cause.position, place, context_.cause.now, context_.cause.incarnation};
  auto assignment = assign(record, place, keys, draft_.facts, cause);
  const auto& contact = assignment.command.contact;
  const auto before = draft_.facts.card_of(contact).value_or(IdentityCard{contact});
  for (auto& event : assignment.events)
    draft_.write(std::move(event));
  if (assignment.command.new_contact)
    draft_.made.insert(contact);
  cover_new_addresses(changes_, before, contact);
  auto signs = record.signs;
  if (record.opt_out_seen && signs.empty())
    signs.push_back(mark_for_all());
  if (const auto card = draft_.facts.card_of(contact);
      card && marks_deleted(record, before, *card, context_.rules))
    signs.push_back(mark_of_deletion());
  const ConsentStatement statement{.source = record.connector,
                                   .contact = contact,
                                   .own = own_addresses(keys, record.fields),
                                   .record = record.remote_id,
                                   .run = record.run};
  for (const auto& sign : signs)
    decide_statement(changes_, sign, statement);
  interpreted_.commands.push_back(std::move(assignment.command));
}

/// Shown to people instead of an id that is not known.
std::string waits_for(const ConnectorName& connector, const RemoteId& id) {
  return connector.value + (id.value.empty() ? " sender" : " contact " + id.value);
}

bool matches_record(const FoundOwner& owner) {
  return contains(owner.matched, MatchedBy::remote_id);
}

/// Calls and messages make nobody known: they wait until their person is. `keyed` says whose it is.
void Interpretation::take_activity(const ObserveRecord& keyed, CommandKind kind,
                                   const std::vector<ConsentSignal>& signs, std::uint32_t place) {
  const auto keys = keys_of(keyed, context_.tenant, context_.hasher);
  auto owner = owner_of_keys(keys, draft_.facts, context_.rules);
  const auto contact = owner ? owner->contact : ContactId{};
  ConsentStatement statement{
      keys.connector, "person", {}, contact, own_addresses(keys, keyed.fields), keyed.remote_id};
  statement.by_address = owner && !matches_record(*owner);
  const bool nameless = !owner && statement.own.empty() && keys.remote_id;
  bool unheard = false;
  for (const auto& sign : signs) {
    if (nameless) // it holds for whoever turns out to have the record
      statement.own = {{sign.kind, AddressHash(*keys.remote_id)}};
    const bool closes = sign.change == events::ConsentChange::revoked
                        || sign.change == events::ConsentChange::review;
    unheard |= !decide_statement(changes_, sign, statement) && closes;
  }
  if (unheard)
    skip(unreadable_opt_out());
  if (owner)
    assign_to(contact, kind, place, owner->matched);
  else
    park(keyed, keys, kind, place);
}

void Interpretation::park(const ObserveRecord& keyed, const IdentityKeys& keys, CommandKind kind,
                          std::uint32_t place) {
  events::CommandParked parked{
      interpreted_.webhook, place, kind, waits_for(keyed.connector, keyed.remote_id), {},
      context_.cause.now};
  skip({events::Outcome::parked, Reason::waiting_for_contact,
        "Waiting for " + parked.waiting_for + "."});
  if (keys.remote_id)
    parked.keys.push_back(*keys.remote_id);
  for (const auto* address : {&keys.phone, &keys.email, &keys.mailbox})
    if (*address)
      parked.keys.push_back((*address)->value);
  auto tags = parked_tags(parked.input, parked.keys);
  draft_.write({std::move(parked), std::move(tags)});
}

/// Of old words that may be an opt-out: what nothing said since has answered.
std::vector<ConsentSignal>
Interpretation::doubts_in(const std::vector<ConsentSignal>& signs) const {
  std::vector<ConsentSignal> out;
  for (const auto& sign : signs) {
    const auto address =
        address_key(context_.hasher, context_.tenant, sign.kind, sign.address.reveal());
    const auto state = address ? draft_.facts.consent_of(address->hash) : ConsentState{};
    if (auto doubt = doubt_left(sign, state, context_.cause.now); !doubt.channels.empty())
      out.push_back(std::move(doubt));
  }
  return out;
}

void Interpretation::take(const Command& command, std::uint32_t place) {
  const auto activity = [&](const ConnectorName& connector, const auto& c,
                            const std::vector<ConsentSignal>& signs) {
    ObserveRecord keyed;
    keyed.connector = connector;
    keyed.remote_id = c.remote_id;
    if constexpr (requires { c.fields; })
      keyed.fields = c.fields;
    take_activity(keyed, kind_of(command), signs, place);
  };
  std::visit(overloaded{
                 [&](const ObserveRecord& c) { take_record(c, place); },
                 [&](const ObserveCall& c) { activity(c.call.source, c, {}); },
                 [&](const ObserveMessage& c) {
                   activity(c.message.source, c, c.listed ? doubts_in(c.signs) : c.signs);
                 },
                 [&](const ObserveAppointment& c) { activity(c.appointment.source, c, {}); },
                 [&](const ObserveOpportunity& c) { activity(c.opportunity.source, c, {}); },
                 [&](const RebuildLists& c) { assign_to(c.contact, kind_of(command), place); },
                 [&](const ObserveMention& c) {
                   if (anybody_takes_bodies_of(c.connector, context_.rules))
                     activity(c.connector, c, {});
                 },
                 [](const auto&) { /* made here, never translated */ },
             },
             command);
}

void Interpretation::take(const events::ConsentRequested& request) {
  const auto address =
      address_key(context_.hasher, context_.tenant, request.kind, request.address.reveal());
  if (!address)
    return skip({events::Outcome::skipped, Reason::bad_address, "The request names no address."});
  const auto holder = holder_of(draft_.facts, address->hash, request.kind);
  auto sign = sign_of(request);
  sign.address = PiiText(address->text);
  decide_statement(changes_, sign,
                   {ConnectorName("api"),
                    request.by,
                    request.review,
                    holder ? holder->contact : ContactId{},
                    {{request.kind, address->hash, sign.address}}});
}

void Interpretation::take(const events::OptOutImported& row) {
  const auto address =
      address_key(context_.hasher, context_.tenant, row.kind, row.address.reveal());
  if (!address)
    return skip({events::Outcome::skipped, Reason::bad_address, "The row names no address."});
  const auto state = draft_.facts.consent_of(address->hash);
  const auto signs = signs_of(row, state, context_.cause.now);
  if (signs.empty() && any_suppression(state).gate == Gate::in_review)
    return skip({events::Outcome::no_change, Reason::older_than_opt_in,
                 "A review of the same waits for a person already."});
  if (signs.empty())
    return skip({events::Outcome::no_change, Reason::opt_out_stands_already,
                 "The same opt-out stands already."});
  const auto holder = holder_of(draft_.facts, address->hash, row.kind);
  for (const auto& sign : signs)
    decide_statement(changes_, sign,
                     {ConnectorName("import"),
                      row.by,
                      {},
                      holder ? holder->contact : ContactId{},
                      {{row.kind, address->hash, PiiText(address->text)}}});
}

void Interpretation::take_identity(std::vector<TaggedEvent> events) {
  for (auto& event : events) {
    const auto* card = std::get_if<IdentityCard>(&event.event);
    const auto contact = card ? card->contact : ContactId{};
    const auto before = draft_.facts.card_of(contact).value_or(IdentityCard{});
    draft_.write(std::move(event));
    if (!contact.value.empty())
      cover_new_addresses(changes_, before, contact);
  }
}

/// What a found record shows is taken for its word, unless it turned out to be another contact's.
bool Interpretation::interpret_existing(const events::DeliveryAccepted& accepted) {
  const auto record = observed_in(accepted);
  const auto keys = keys_of(record, context_.tenant, context_.hasher);
  const auto owner = draft_.facts.card_under(events::identity_tag(*keys.remote_id));
  const auto us = current_card(draft_.facts, accepted.contact);
  if (!owner || !us || owner->contact != us->contact)
    return false;
  take_record(record, 0);
  return true;
}

/// One gives, then the other takes what it gave.
void Interpretation::move_records(const ContactId& giver, const ContactId& match) {
  assign_to(giver, CommandKind::release_records);
  assign_to(match, CommandKind::adopt_records, 1);
}

void Interpretation::take(const events::ContactsMergeRequested& request) {
  const auto other = draft_.facts.card_of(request.other);
  auto merge = decide_merge(request, draft_.facts);
  if (merge.refusal)
    return skip(*merge.refusal);
  for (auto& event : merge.events)
    draft_.write(std::move(event));
  merge_consent(changes_, merge.before, *other);
  move_records(request.other, request.contact);
}

void Interpretation::take(const events::ContactsUnmergeRequested& request) {
  auto unmerge = decide_unmerge(request, draft_.facts);
  if (unmerge.refusal)
    return skip(*unmerge.refusal);
  for (auto& event : unmerge.events)
    draft_.write(std::move(event));
  reissue_active(changes_, *draft_.facts.card_of(request.other), request.other);
  move_records(request.contact, request.other);
}

/// The time of waiting is over for those that still wait and were recorded that long ago.
void Interpretation::take(const events::ParkingTime& time) {
  const auto timeout = context_.rules.parking_timeout;
  bool any = false;
  for (const auto& parked : context_.facts.parked_under(tag_of(time))) {
    if (parked.input != time.input || parked.timed_out || timeout == timeout.zero()
        || context_.cause.now - parked.since < timeout)
      continue;
    any = true;
    draft_.write({events::CommandTimedOut{parked.input, parked.index, parked.kind,
                                          parked.waiting_for, parked.keys, parked.since,
                                          static_cast<std::uint64_t>(timeout.count())},
                  parked_tags(parked.input, parked.keys)});
  }
  if (!any)
    skip({events::Outcome::no_change, Reason::nothing_waits, "Nothing waits any more."});
}

void Interpretation::take(const events::ParkedReleaseRequested& request) {
  const auto card = current_card(draft_.facts, request.contact);
  if (!card)
    return skip({events::Outcome::skipped, Reason::contact_not_known, "There is no such contact."});
  for (const auto& parked : context_.facts.parked_under(tag_of({request.input, request.key})))
    if (parked.input == request.input)
      release(parked, card->contact);
  if (released_.empty())
    skip({events::Outcome::no_change, Reason::nothing_waits, "Nothing waits any more."});
}

void Interpretation::take(const events::MappingRepairRequested& request) {
  const auto card = current_card(draft_.facts, request.contact);
  if (!card)
    return skip({events::Outcome::skipped, Reason::contact_not_known, "There is no such contact."});
  assign_to(card->contact, CommandKind::repair_mapping);
}

/// Whoever the contact is part of by now decides.
void Interpretation::take(const events::DeliveryRetryRequested& request) {
  const auto card = current_card(draft_.facts, request.contact);
  if (!card)
    return skip({events::Outcome::skipped, Reason::contact_not_known, "There is no such contact."});
  assign_to(card->contact, CommandKind::retry_delivery);
}

void Interpretation::release(const ParkedCommand& parked, const ContactId& contact) {
  constexpr std::size_t tags_max = 48; // an event has 64 at most
  const bool seen = std::any_of(released_.begin(), released_.end(), [&](const auto& released) {
    return released.input == parked.input && released.place == parked.index;
  });
  if (seen)
    return;
  adopt_pending(changes_, parked.keys, contact);
  for (const auto& tag : parked_tags(parked.input, parked.keys))
    if (released_tags_.size() < tags_max && !contains(released_tags_, tag))
      released_tags_.push_back(tag);
  released_.push_back(
      {0, parked.index, parked.input, parked.kind, contact, draft_.made.contains(contact)});
}

/// Commands that waited for a key which a card of this decision has.
void Interpretation::release_known() {
  std::set<Hash16> keys;
  for (const auto& event : draft_.events)
    if (std::holds_alternative<IdentityCard>(event.event))
      for (const auto& tag : event.tags)
        if (tag.kind == events::TagKind::identity)
          keys.insert(tag.hash);
  for (const auto& key : keys)
    if (const auto card = draft_.facts.card_under(events::identity_tag(key))) {
      // What was said under it holds, also when what waited was given to somebody else.
      if (!context_.facts.card_under(events::identity_tag(key)))
        adopt_pending(changes_, {key}, card->contact);
      for (const auto& parked : context_.facts.parked_under(events::parked_tag(key)))
        release(parked, card->contact);
    }
}

std::vector<TaggedEvent> Interpretation::finish(std::uint32_t translated, bool always) {
  release_known();
  auto number = translated;
  std::vector<AssignedCommand> all;
  for (auto* list : {&changes_.commands(), &interpreted_.commands, &released_})
    for (auto& command : *list) {
      if (list != &interpreted_.commands)
        command.index = number++;
      all.push_back(std::move(command));
    }
  interpreted_.commands = std::move(all);
  // Only the first that wakes a new contact may take it for new.
  std::set<ContactId> woken;
  for (auto& command : interpreted_.commands)
    command.new_contact = command.new_contact && woken.insert(command.contact).second;
  if (always || !interpreted_.commands.empty())
    draft_.write({std::move(interpreted_), std::move(released_tags_)});
  return std::move(draft_.events);
}

std::vector<TaggedEvent> interpret_commands(const Translation& translation,
                                            const ConnectorName& connector,
                                            const InterpreterContext& context) {
  Interpretation decision(context, connector, translation.kind);
  std::uint32_t place = 0;
  for (const auto& command : translation.commands)
    decision.take(command, place++);
  for (const auto& part : translation.skipped)
    decision.skip(part);
  decision.tell(translation.broadcasts);
  return decision.finish(place, true);
}

std::vector<TaggedEvent> interpret_page(const Translation& translation,
                                        const ConnectorName& connector,
                                        const InterpreterContext& context) {
  constexpr std::size_t events_max = 256; // of one append
  auto out = interpret_commands(translation, connector, context);
  if (out.size() <= events_max)
    return out;
  auto instead =
      quarantined(Reason::page_too_large, "The page leads to more events than one append holds.");
  instead.kind = translation.kind;
  return interpret_commands(instead, connector, context);
}

std::vector<TaggedEvent> interpret_answer(const ConnectorName& source,
                                          std::vector<TaggedEvent> identity,
                                          const events::DeliveryAccepted* accepted,
                                          const InterpreterContext& context) {
  Interpretation decision(context, source, "answer");
  decision.take_identity(std::move(identity));
  const bool heard = accepted && accepted->found() && decision.interpret_existing(*accepted);
  auto out = decision.finish(heard ? 1 : 0, false);
  if (interpreted_in(out)) // first: who reads on knows then that the cards are not all of it
    std::rotate(out.begin(), out.end() - 1, out.end());
  return out;
}

} // namespace

std::vector<TaggedEvent> interpret(const events::Event& input, const Translation* translation,
                                   const InterpreterContext& context) {
  using Out = std::vector<TaggedEvent>;
  if (const auto* connector = connector_behind(input); connector && translation)
    return std::holds_alternative<events::BackfillPageReceived>(input)
               ? interpret_page(*translation, *connector, context)
               : interpret_commands(*translation, *connector, context);
  const auto asked = [&](std::string_view kind, const auto& request) {
    Interpretation decision(context, ConnectorName("api"), std::string(kind));
    decision.take(request);
    return decision.finish();
  };
  return std::visit(
      overloaded{
          [&](const events::ConsentRequested& e) { return asked(name_of_enum(e.change), e); },
          [&](const events::OptOutImported& e) { return asked("import", e); },
          [&](const events::ParkedReleaseRequested& e) { return asked("release", e); },
          [&](const events::ContactsMergeRequested& e) { return asked("merge", e); },
          [&](const events::ContactsUnmergeRequested& e) { return asked("unmerge", e); },
          [&](const events::MappingRepairRequested& e) { return asked("repair", e); },
          [&](const events::DeliveryRetryRequested& e) { return asked("retry", e); },
          [&](const events::TimerDue& e) {
            const auto time = parking_time(e);
            return time ? asked(events::parking_timer, *time) : Out{};
          },
          [&](const events::DeliveryAccepted& e) {
            return interpret_answer(
                e.target, learn_remote_id(e, context.tenant, context.hasher, context.facts), &e,
                context);
          },
          [&](const events::DeliveryLookedUp& e) {
            return interpret_answer(e.target,
                                    forget_record(e, context.tenant, context.hasher, context.facts),
                                    nullptr, context);
          },
          [](const auto&) { return Out{}; },
      },
      input);
}

bool names_nobody_known(const Translation& translation, const InterpreterContext& context) {
  const auto nameless = [&](const ConnectorName& connector, const RemoteId& id,
                            const events::FieldSet& fields) {
    ObserveRecord keyed;
    keyed.connector = connector;
    keyed.remote_id = id;
    keyed.fields = fields;
    const auto keys = keys_of(keyed, context.tenant, context.hasher);
    return keys.remote_id && !keys.phone && !keys.email
           && !context.facts.card_under(events::identity_tag(*keys.remote_id));
  };
  return std::any_of(
      translation.commands.begin(), translation.commands.end(), [&](const Command& command) {
        if (const auto* record = std::get_if<ObserveRecord>(&command))
          return nameless(record->connector, record->remote_id, record->fields);
        const auto* message = std::get_if<ObserveMessage>(&command);
        return message && nameless(message->message.source, message->remote_id, message->fields);
      });
}

const ConnectorName* connector_behind(const events::Event& input) {
  if (const auto* webhook = std::get_if<events::WebhookReceived>(&input))
    return &webhook->connector;
  if (const auto* rebuild = std::get_if<events::ListsRebuildRequested>(&input))
    return &rebuild->connector;
  if (const auto* again = std::get_if<events::WebhookReprocessRequested>(&input))
    return &again->connector;
  static const ConnectorName lists("import");
  if (std::holds_alternative<events::ContactImported>(input))
    return &lists;
  if (const auto* said = std::get_if<events::MessageImported>(&input))
    return &said->message.source;
  const auto* page = std::get_if<events::BackfillPageReceived>(&input);
  return page ? &page->connector : nullptr;
}

StreamName stream_of(const events::Event& event) {
  if (const auto* broadcast = std::get_if<events::BroadcastObserved>(&event))
    return events::broadcast_stream(broadcast->connector);
  const auto* change = std::get_if<events::ConsentChanged>(&event);
  return change ? events::consent_stream(change->address_hash) : events::identity_stream();
}

} // namespace tidemark::domain
