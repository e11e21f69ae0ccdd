#include "domain/observation.hpp"

#include "domain/merging.hpp"
#include "domain/normalise.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Field;
using events::FieldSet;
using events::Outcome;

constexpr std::size_t changes_in_window_max = 5; // rule 10: more is flapping
constexpr auto flapping_window = std::chrono::minutes{10};

/// Everything the comparison of one observation looks at.
struct Comparison {
  const Contact& contact;
  const ObserveRecord& command;
  const SyncRules& rules;
  const Cause& cause;
  const SystemRule* system;
  const ContactRecord* record; // null: first sight
};

/// The delivery whose value this is coming back, or null. In-flight values count, then written
/// ones.
const DeliveryId* echo_source(const Comparison& c, Field field, const std::string& value) {
  for (const auto& intent : c.contact.open) {
    const auto* sent = intent.fields.find(field);
    if (intent.in_flight && intent.target == c.command.connector && sent
        && same_value(c.system, field, *sent, value))
      return &intent.delivery;
  }
  const auto* written = c.record ? c.record->written.find(field) : nullptr;
  return written && same_value(c.system, field, *written, value) ? &c.record->written_by : nullptr;
}

std::string full_name(const FieldSet& fields) {
  return fields.get(Field::first_name) + " " + fields.get(Field::last_name);
}

bool is_flapping(const Comparison& c, Field field) {
  for (const auto& history : c.contact.history)
    if (history.field == field) {
      const auto recent =
          std::count_if(history.changes.begin(), history.changes.end(),
                        [&](Timestamp at) { return c.cause.now - at < flapping_window; });
      return static_cast<std::size_t>(recent) >= changes_in_window_max;
    }
  return false;
}

events::ContactConflictDecided conflict(const Comparison& c, Field field, const Statement& held,
                                        const std::string& value, bool incoming_wins,
                                        std::string rule) {
  events::ContactConflictDecided out;
  out.field = field;
  out.values[held.system] = PiiText(held.value);
  out.values[c.command.connector] = PiiText(value);
  out.winner = incoming_wins ? c.command.connector : held.system;
  out.value = PiiText(incoming_wins ? value : held.value);
  out.rule = std::move(rule);
  return out;
}

/// Should the contact take the value that the system states for a field it changed?
bool takes(const Comparison& c, Field field, const std::string& value, Observation& out) {
  const auto* merged = c.contact.merged.find(field);
  if (!merged || (merged->empty() && !c.contact.sources.contains(std::string(name_of(field)))))
    return true;
  if (same_value(nullptr, field, *merged, value))
    return false;
  const auto source = c.contact.sources.find(std::string(name_of(field)));
  const Statement held{source == c.contact.sources.end() ? ConnectorName{} : source->second,
                       *merged};
  const auto* base = c.record ? c.record->held.find(field) : nullptr;
  const bool edited = base && same_value(c.system, field, *base, *merged);
  if (edited) { // three-way: the system knew the merged value and changed it
    if (c.rules.may_write(c.command.connector, field))
      return true;
    out.conflicts.push_back(conflict(c, field, held, value, false, "sync.fields"));
    return false;
  }
  FieldSet incoming = c.record ? c.record->held : FieldSet{};
  for (const auto& [f, v] : c.command.fields)
    incoming.set(f, v.reveal());
  const auto resolution = resolve(field, held, {c.command.connector, value},
                                  full_name(c.contact.merged), full_name(incoming), c.rules);
  const bool wins = resolution.second_wins && c.rules.may_write(c.command.connector, field);
  out.conflicts.push_back(
      conflict(c, field, held, value, wins,
               resolution.second_wins && !wins ? "sync.fields" : resolution.rule));
  return wins;
}

bool is_older(const Comparison& c) {
  return c.record && !c.record->source_version.empty() && !c.command.source_version.empty()
         && c.command.source_version < c.record->source_version;
}

/// Does the record state what a create that is out, or whose id we were not told, was to make?
bool is_back(const Comparison& c) {
  const auto holds_same = [&](const FieldSet& fields) {
    return std::all_of(c.command.fields.begin(), c.command.fields.end(), [&](const auto& entry) {
      return !c.system || !c.system->capabilities.unchangeable.has(entry.first)
             || same_value(c.system, entry.first, fields.get(entry.first), entry.second.reveal());
    });
  };
  if (c.record)
    return holds_same(c.record->held);
  return std::any_of(c.contact.open.begin(), c.contact.open.end(), [&](const auto& open) {
    return open.in_flight && open.target == c.command.connector
           && open.operation == events::Operation::create && open.replaces != c.command.remote_id
           && holds_same(open.fields);
  });
}

bool is_replaced(const Comparison& c) {
  return std::any_of(c.contact.records.begin(), c.contact.records.end(),
                     [&](const auto& record) {
                       return record.replaced && record.connector == c.command.connector
                              && record.remote_id == c.command.remote_id;
                     })
         && !is_back(c);
}

/// Sorts the stated fields into echo and edits, and lets the edits into the contact.
void compare_fields(const Comparison& c, Observation& out) {
  std::size_t echoes = 0, edits = 0, flapping = 0;
  for (const auto& [field, pii] : c.command.fields) {
    const auto& value = pii.reveal();
    const auto* held = c.record ? c.record->held.find(field) : nullptr;
    const auto* written = c.record ? c.record->written.find(field) : nullptr;
    const bool same_as_held = held ? same_value(c.system, field, *held, value) : value.empty();
    if (const auto* source = echo_source(c, field, value); source && (!same_as_held || written)) {
      ++echoes;
      out.echo_of = *source;
      continue;
    }
    if (same_as_held)
      continue;
    ++edits;
    if (!takes(c, field, value, out))
      continue;
    if (is_flapping(c, field))
      ++flapping;
    else
      out.changed.set(field, value);
  }
  if (edits == 0 && echoes > 0) {
    out.outcome = Outcome::echo_of;
    out.reason_code = "own_write_came_back";
  } else if (edits > 0) {
    out.echo_of = {};
    out.outcome = flapping > 0 && out.changed.empty() ? Outcome::parked : Outcome::applied;
    out.reason_code = flapping > 0 ? "flapping" : "";
  } else {
    out.reason_code = "nothing_new";
  }
}

} // namespace

const ContactRecord* record_for(const Contact& contact, const ConnectorName& connector,
                                const RemoteId& id) {
  const ContactRecord* unnamed = nullptr;
  for (const auto& record : contact.records) {
    if (record.connector != connector || !record.live)
      continue;
    if (record.remote_id == id)
      return &record;
    if (record.remote_id.value.empty())
      unnamed = &record;
  }
  return unnamed;
}

ContactRecord* record_for(Contact& contact, const ConnectorName& connector, const RemoteId& id) {
  return const_cast<ContactRecord*>(
      record_for(std::as_const(contact), connector, id)); // NOLINT(*-const-cast)
}

Observation observe(const Contact& contact, const ObserveRecord& command, const SyncRules& rules,
                    const Cause& cause) {
  const Comparison c{contact,
                     command,
                     rules,
                     cause,
                     rules.find(command.connector),
                     record_for(contact, command.connector, command.remote_id)};
  Observation out;
  if (is_older(c)) {
    out.outcome = Outcome::superseded;
    out.reason_code = "older_than_known";
    return out;
  }
  if (is_replaced(c)) {
    out.outcome = Outcome::superseded;
    out.reason_code = "record_replaced";
    return out;
  }
  if (command.removed) {
    out.outcome = c.record ? Outcome::applied : Outcome::no_change;
    out.reason_code = c.record ? "record_removed" : "record_not_known";
    return out;
  }
  compare_fields(c, out);
  if (command.opt_out_seen || contact.opt_out_seen) {
    out.outcome = Outcome::blocked;
    out.reason_code = "opt_out_seen_at_source";
  }
  return out;
}

} // namespace tidemark::domain
