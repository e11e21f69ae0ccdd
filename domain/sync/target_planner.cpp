#include "domain/sync/target_planner.hpp"

#include "domain/contacts/records.hpp"
#include "domain/rules/normalise.hpp"
#include "domain/rules/unusable_phone.hpp"
#include "domain/sync/conflict_resolution.hpp"
#include "domain/sync/deletion.hpp"
#include "domain/sync/forwarding.hpp"
#include "domain/sync/mapping_repair.hpp"
#include "domain/sync/record_history.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Field;
using events::FieldSet;
using events::Operation;
using events::Outcome;

/// Plans for all systems of one observation.
struct Planner {
  Plan& plan;
  const ObserveRecord& command;
  const Observation& observation;
  const Contact& after = plan.contact;
  std::vector<events::ContactConflictDecided> kept{};

  /// An intent that waits and wants exactly this needs no second one. Only the newest counts: it
  /// takes the place of those before it.
  bool already_waiting(const SystemRule& system, const events::DeliveryIntended& wanted) {
    const OpenIntent* newest = nullptr;
    for (const auto& open : after.open)
      if (open.target == system.name && !open.in_flight)
        newest = &open;
    if (!newest || newest->operation != wanted.operation || newest->fields != wanted.fields
        || newest->replaces != wanted.replaces)
      return false;
    plan.add_outcome(system, Outcome::pending, Reason::already_intended, newest->delivery);
    return true;
  }

  /// The system refused exactly this for what it says: asking again would change nothing.
  bool refused_before(const SystemRule& system, const events::DeliveryIntended& wanted) {
    const bool same = std::any_of(after.refused.begin(), after.refused.end(), [&](const auto& r) {
      return r.target == system.name && r.operation == wanted.operation
             && r.remote_id == wanted.remote_id && r.fields == wanted.fields;
    });
    if (same)
      say(system, Outcome::skipped, Reason::refused_before);
    return same;
  }

  /// The source itself is only worth a line when something goes back to it, or should and cannot.
  void say(const SystemRule& system, Outcome outcome, Reason reason) {
    if (system.name != command.connector)
      plan.add_outcome(system, outcome, reason);
  }

  bool has_waiting(const SystemRule& system) const {
    return std::any_of(after.open.begin(), after.open.end(), [&](const auto& open) {
      return open.target == system.name && !open.in_flight;
    });
  }
};

/// What keeps other systems from being asked to hold the value: a phone or e-mail that cannot be
/// one stays here. None of a value that can go.
Reason why_it_stays(Field field, const std::string& value) {
  if (value.empty() || (field != Field::phone && field != Field::email)
      || !identity_key(field, value).empty())
    return Reason::none;
  return field == Field::phone ? why_unusable(value) : Reason::email_not_an_address;
}

/// The form in which the system keeps it; nothing when it is none of the system's options.
std::optional<std::string> fitting_there(const SystemRule& system, Field field,
                                         const std::string& value) {
  const auto rule = std::find_if(system.custom_fields.begin(), system.custom_fields.end(),
                                 [&](const auto& one) { return one.field == field; });
  return rule == system.custom_fields.end() ? std::optional(value) : fitting(*rule, value);
}

/// What the record will hold once everything in flight has arrived.
FieldSet expected_of(const Planner& p, const SystemRule& system, const ContactRecord* record) {
  FieldSet expected = record ? record->held : FieldSet{};
  for (const auto& open : p.after.open)
    if (open.in_flight && open.target == system.name)
      for (const auto& [field, value] : open.fields)
        expected.set(field, value.reveal());
  return expected;
}

bool create_in_flight(const Planner& p, const SystemRule& system) {
  return std::any_of(p.after.open.begin(), p.after.open.end(), [&](const auto& open) {
    return open.in_flight && open.target == system.name && open.operation == Operation::create;
  });
}

FieldSet everything_for(const Planner& p, const SystemRule& system) {
  FieldSet out;
  for (const auto& [field, value] : p.after.merged)
    if (system.capabilities.writable.has(field) && !value.reveal().empty()
        && why_it_stays(field, value.reveal()) == Reason::none)
      if (auto there = fitting_there(system, field, value.reveal()))
        out.set(field, *std::move(there));
  return out;
}

bool is_parked(const ContactRecord* record, Field field) {
  return record && record->parked.has(field);
}

/// Nobody can tell what the record holds: what it should hold is written once more. Of what no call
/// can change, the record's own word leaves no doubt: writing it would make another record.
bool is_in_doubt(const SystemRule& system, const ContactRecord* record, Field field) {
  return record && record->doubtful.has(field) && !system.capabilities.unchangeable.has(field);
}

/// Did a person type it in over there, and shall it stay so?
bool is_kept(const Planner& p, const ContactRecord* record, Field field) {
  return record && p.plan.rules.preserves(field) && record->edited.has(field)
         && record->held.has_value(field);
}

/// Was the field's value decided now?
bool is_news(const Planner& p, Field field) {
  const auto& news = p.observation;
  return news.changed.find(field)
         || std::any_of(news.conflicts.begin(), news.conflicts.end(),
                        [&](const auto& conflict) { return conflict.field == field; });
}

/// The decision is recorded when it is made, not each time that it still holds.
void keep_edit(Planner& p, const SystemRule& system, const ContactRecord& record, Field field) {
  if (!is_news(p, field))
    return;
  const auto* source = p.after.sources.find(field);
  const Statement theirs{system.name, record.held.get(field)};
  const Statement ours{source ? *source : ConnectorName{}, p.after.merged.get(field)};
  p.kept.push_back(conflict_between(field, theirs, ours, {false, "preserve_manual_edits"}));
}

/// What the system is to be asked for, and why it cannot be asked for some of what it should hold.
struct Difference {
  FieldSet fields;
  Reason unfit = Reason::none; ///< of the last such value
};

/// Said when it is news, also of the source: its value lost to one that cannot be written there.
void leave_unfit(Planner& p, const SystemRule& system, Field field, Reason why, Difference& out) {
  out.unfit = why;
  if (is_news(p, field))
    p.plan.skip(system, why);
}

Difference difference(Planner& p, const SystemRule& system, const ContactRecord* record,
                      const FieldSet& expected) {
  Difference out;
  for (const auto& [field, pii] : p.after.merged) {
    const auto& value = pii.reveal();
    if (!system.capabilities.writable.has(field) || is_parked(record, field))
      continue;
    auto there = fitting_there(system, field, value);
    if (!there) {
      leave_unfit(p, system, field, Reason::custom_field_unfit, out);
    } else if (!is_in_doubt(system, record, field)
               && same_value(&system, field, expected.get(field), *there)) {
      continue;
    } else if (const auto why = why_it_stays(field, value); why != Reason::none) {
      leave_unfit(p, system, field, why, out);
    } else if (is_kept(p, record, field)) {
      keep_edit(p, system, *record, field);
    } else {
      out.fields.set(field, *std::move(there));
    }
  }
  return out;
}

/// What the system cannot do without; of a number that cannot be one, what is wrong with it.
Reason missing_field(const Planner& p, const SystemRule& system, const FieldSet& fields) {
  for (std::size_t i = 0; i < events::field_count; ++i) {
    const auto field = static_cast<Field>(i);
    if (!system.capabilities.required.has(field) || fields.has_value(field))
      continue;
    const auto fault =
        field == Field::phone ? why_unusable(p.after.merged.get(field)) : Reason::none;
    return fault == Reason::none ? target_needs(field) : fault;
  }
  return Reason::none;
}

void plan_create(Planner& p, const SystemRule& system, RemoteId replaces) {
  auto fields = everything_for(p, system);
  if (const auto missing = missing_field(p, system, fields); missing != Reason::none)
    return p.say(system, Outcome::skipped, missing);
  events::DeliveryIntended intent;
  intent.operation = Operation::create;
  intent.fields = std::move(fields);
  intent.replaces = std::move(replaces);
  if (!p.already_waiting(system, intent) && !p.refused_before(system, intent))
    p.plan.intend(system, std::move(intent));
}

/// Values that the system refused, still wanted, must not keep back what has come since: they are
/// left out until one of them changes.
void leave_refused_out(const Planner& p, const SystemRule& system, const ContactRecord* record,
                       FieldSet& wanted) {
  for (const auto& refused : p.after.refused) {
    const bool still_wanted =
        refused.target == system.name && refused.operation == Operation::update && record
        && refused.remote_id == record->remote_id && refused.fields != wanted
        && std::all_of(refused.fields.begin(), refused.fields.end(), [&](const auto& entry) {
             const auto* value = wanted.find(entry.first);
             return value && *value == entry.second.reveal();
           });
    if (still_wanted)
      for (const auto& [field, value] : refused.fields)
        wanted.erase(field);
  }
}

void plan_update(Planner& p, const SystemRule& system, const ContactRecord* record) {
  const auto expected = expected_of(p, system, record);
  const auto told_before = p.plan.outcomes.size();
  auto [fields, unfit] = difference(p, system, record, expected);
  leave_refused_out(p, system, record, fields);
  for (std::size_t i = 0; i < events::field_count; ++i) {
    const auto field = static_cast<Field>(i);
    if (!system.capabilities.unchangeable.has(field) || !fields.find(field))
      continue;
    if (!fields.has_value(field))
      fields.erase(field); // cannot be emptied over there
    else if (expected.has_value(field))
      return plan_create(p, system, record ? record->remote_id : RemoteId{});
  }
  if (fields.empty() && !p.has_waiting(system)) {
    if (p.plan.outcomes.size() > told_before)
      return; // what cannot be written there was said
    return unfit == Reason::none ? p.say(system, Outcome::no_change, Reason::already_equal)
                                 : p.say(system, Outcome::skipped, unfit);
  }
  // No field left while an intent still waits: the empty intent takes that one's place, so that
  // nothing outdated is sent.
  events::DeliveryIntended intent;
  intent.operation = Operation::update;
  intent.remote_id = record ? record->remote_id : RemoteId{};
  intent.fields = std::move(fields);
  intent.context = p.after.merged;
  if (!p.already_waiting(system, intent) && !p.refused_before(system, intent))
    p.plan.intend(system, std::move(intent));
}

/// Somebody deleted the contact's record there: nobody but its own system brings it back.
bool was_deleted(const Contact& contact, const ConnectorName& system) {
  return std::any_of(contact.records.begin(), contact.records.end(), [&](const auto& record) {
    return record.connector == system && record.removed;
  });
}

void plan_system(Planner& p, const SystemRule& system) {
  const bool is_source = system.name == p.command.connector;
  if (!system.capabilities.contact_api)
    return is_source ? void()
                     : p.plan.skip(system, hears_by_forwarding(system, p.plan.rules)
                                               ? Reason::heard_by_forwarding
                                               : Reason::target_has_no_contact_api);
  const auto* record = live_record(p.after, system.name);
  if (!record && is_source)
    return; // it told us of a record that is gone: do not make it anew
  if (!record && was_deleted(p.after, system.name))
    return p.plan.skip(system, Reason::deleted_there);
  if (const auto why = why_not_found(p.after.merged); why != Reason::none)
    return is_source ? void() : p.plan.skip(system, why);
  if (record || create_in_flight(p, system))
    plan_update(p, system, record);
  else
    plan_create(p, system, {});
}

/// The record is made as for a first sync, or where only its id is unknown, looked up.
void plan_mapping(Planner& p, const SystemRule& system, bool id_unknown) {
  events::DeliveryIntended intent;
  intent.operation = id_unknown ? Operation::update : Operation::create;
  intent.fields = everything_for(p, system);
  if (const auto missing = missing_field(p, system, intent.fields); missing != Reason::none)
    return p.plan.skip(system, missing);
  if (id_unknown)
    intent.context = p.after.merged;
  p.plan.intend(system, std::move(intent));
}

void repair_system(Planner& p, const SystemRule& system) {
  using Kind = MappingStatus::Kind;
  const auto status = status_at(p.after, system.name);
  if (status.kind == Kind::mapped)
    return p.plan.add_outcome(system, Outcome::no_change, Reason::already_mapped);
  if (status.kind == Kind::on_its_way)
    return p.plan.add_outcome(system, Outcome::pending,
                              status.in_flight ? Reason::in_flight : Reason::already_intended,
                              status.delivery);
  if (!system.receives)
    return p.plan.skip(system, Reason::target_does_not_receive);
  if (is_suppressed(p.after.consent))
    return p.plan.add_outcome(system, Outcome::blocked, Reason::opted_out);
  if (status.kind == Kind::deleted)
    return p.plan.skip(system, Reason::deleted_there);
  if (const auto why = why_not_found(p.after.merged); why != Reason::none)
    return p.plan.skip(system, why);
  const bool id_unknown = status.kind == Kind::id_unknown;
  if (id_unknown && !system.capabilities.found_by_address)
    return p.plan.skip(system, Reason::id_not_told);
  plan_mapping(p, system, id_unknown);
}

} // namespace

void plan_repair(Plan& plan) {
  const ObserveRecord nobody_told;
  const Observation nothing_new;
  Planner p{plan, nobody_told, nothing_new};
  plan.begin("");
  for (const auto& system : plan.rules.systems)
    if (system.capabilities.contact_api)
      repair_system(p, system);
}

void plan_values(Plan& plan, const SystemRule& system) {
  const ObserveRecord nobody_told;
  const Observation nothing_new;
  Planner p{plan, nobody_told, nothing_new};
  plan.begin("");
  plan_system(p, system);
}

std::vector<events::ContactConflictDecided> plan_targets(Plan& plan, const ObserveRecord& command,
                                                         const Observation& observation) {
  Planner p{plan, command, observation};
  plan.begin("");
  for (const auto& system : plan.rules.systems) {
    const bool is_source = system.name == command.connector;
    if (system.receives && takes_bodies_of(system, command.connector, plan.rules))
      continue; // see forward_record
    if (!system.receives) {
      if (!is_source)
        plan.skip(system, Reason::target_does_not_receive);
    } else if (is_suppressed(p.after.consent, command)) {
      if (!is_source)
        plan.add_outcome(system, Outcome::blocked, Reason::opted_out);
    } else if (command.removed) {
      const bool nobodys = observation.outcome == Outcome::no_change;
      if (!is_source && !is_archived(p.after, command, plan.rules))
        plan.skip(system, nobodys ? observation.reason_code : Reason::deletion_stays_at_source);
    } else if (observation.outcome == Outcome::superseded
               || observation.outcome == Outcome::parked) {
      if (!is_source)
        plan.add_outcome(system, observation.outcome, observation.reason_code);
    } else {
      plan_system(p, system);
    }
  }
  return std::move(p.kept);
}

void expect_values(Contact& after, const Plan& plan) {
  for (const auto& event : plan.events)
    if (const auto* intent = std::get_if<events::DeliveryIntended>(&event))
      evolve(after, *intent);
}

} // namespace tidemark::domain
