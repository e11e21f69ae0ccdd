#include "domain/moved_records.hpp"

#include "domain/merging.hpp"
#include "domain/moved_history.hpp"
#include "domain/owed.hpp"
#include "domain/targets.hpp"

#include <algorithm>
#include <set>

namespace tidemark::domain {
namespace {

using events::Field;
using events::FieldSet;
using Sources = std::map<std::string, ConnectorName>;

/// Values and whose word each of them is.
struct Values {
  FieldSet fields;
  Sources sources;

  void take(Field field, const FieldSet& from, const Sources& whose) {
    const auto* value = from.find(field);
    const auto name = std::string(events::name_of(field));
    fields.erase(field);
    sources.erase(name);
    if (!value)
      return;
    fields.set(field, *value);
    if (const auto source = whose.find(name); source != whose.end())
      sources[name] = source->second;
  }
};

bool same(const FieldSet& a, const FieldSet& b, Field field) {
  const auto* in_a = a.find(field);
  const auto* in_b = b.find(field);
  return in_a && in_b ? *in_a == *in_b : in_a == in_b;
}

const TakenIn* taken_from(const Contact& contact, const ContactId& other) {
  const auto at = std::find_if(contact.taken_in.rbegin(), contact.taken_in.rend(),
                               [&](const auto& taken) { return taken.contact == other; });
  return at == contact.taken_in.rend() ? nullptr : &*at;
}

struct Parted {
  Values theirs, mine;
};

/// Each has again what it had before. What was changed since goes with the records of the system
/// that changed it; where both have records there, it stays.
Parted part(const Contact& contact, const TakenIn& taken) {
  std::set<ConnectorName> given, kept;
  for (const auto& record : contact.records)
    if (record.live)
      (record.origin == taken.contact ? given : kept).insert(record.connector);
  Parted out;
  for (std::size_t i = 0; i < events::field_count; ++i) {
    const auto field = static_cast<Field>(i);
    const auto source = contact.sources.find(std::string(events::name_of(field)));
    const bool changed = !same(contact.merged, taken.together, field);
    const bool goes = changed && source != contact.sources.end() && given.contains(source->second)
                      && !kept.contains(source->second);
    const auto& now = contact.merged;
    if (goes)
      out.theirs.take(field, now, contact.sources);
    else
      out.theirs.take(field, taken.theirs, taken.their_sources);
    if (changed && !goes)
      out.mine.take(field, now, contact.sources);
    else
      out.mine.take(field, taken.mine, taken.my_sources);
  }
  return out;
}

events::MovedRecord moved(const ContactRecord& record) {
  return {record.connector, record.remote_id, record.live,           record.removed,
          record.replaced,  record.held,      record.source_version, record.origin};
}

ContactRecord settled(const events::MovedRecord& moved) {
  ContactRecord out;
  out.connector = moved.connector;
  out.remote_id = moved.remote_id;
  out.live = moved.live;
  out.heard = true;
  out.replaced = moved.replaced;
  out.removed = moved.removed;
  out.origin = moved.origin;
  out.held = moved.held;
  out.source_version = moved.source_version;
  return out;
}

std::string full_name(const FieldSet& fields) {
  return fields.get(Field::first_name) + " " + fields.get(Field::last_name);
}

Statement statement(const Values& values, Field field) {
  const auto source = values.sources.find(std::string(events::name_of(field)));
  return {source == values.sources.end() ? ConnectorName{} : source->second,
          std::string(values.fields.get(field))};
}

/// Both persons' values as one; what they disagree about is decided like any conflict.
Values together(const Values& mine, const Values& theirs, const SyncRules& rules,
                std::vector<events::Event>& conflicts) {
  auto out = mine;
  for (const auto& [field, pii] : theirs.fields) {
    const auto first = statement(mine, field), second = statement(theirs, field);
    const auto* system = rules.find(second.system);
    if (mine.fields.find(field) && same_value(system, field, first.value, second.value))
      continue;
    if (!mine.fields.find(field)) {
      out.take(field, theirs.fields, theirs.sources);
      continue;
    }
    const auto resolution =
        resolve(field, first, second, full_name(mine.fields), full_name(theirs.fields), rules);
    if (resolution.second_wins)
      out.take(field, theirs.fields, theirs.sources);
    if (first.value.empty() || second.value.empty())
      continue; // one says nothing: no conflict
    events::ContactConflictDecided conflict;
    conflict.field = field;
    conflict.values[first.system] = PiiText(first.value);
    conflict.values.emplace(second.system, PiiText(second.value));
    conflict.winner = resolution.second_wins ? second.system : first.system;
    conflict.value = PiiText(resolution.second_wins ? second.value : first.value);
    conflict.rule = resolution.rule;
    conflicts.emplace_back(std::move(conflict));
  }
  return out;
}

} // namespace

std::vector<events::Event> give_records(const Contact& contact, const GiveRecords& command) {
  events::RecordsGiven given{command.to, command.whole, {}, {}, {}, command.addresses};
  for (const auto& record : contact.records)
    if (command.whole || record.origin == command.to)
      given.records.push_back(moved(record));
  if (command.whole) {
    given.merged = contact.merged;
    given.sources = contact.sources;
    // A create that is out makes a record whose id is not known yet.
    for (const auto& open : contact.open)
      if (open.in_flight && open.operation == events::Operation::create)
        given.records.push_back({open.target, {}, true, false, false, open.sent, {}, {}});
  } else if (const auto* taken = taken_from(contact, command.to)) {
    auto theirs = part(contact, *taken).theirs;
    given.merged = std::move(theirs.fields);
    given.sources = std::move(theirs.sources);
  }
  std::vector<events::Event> out{std::move(given)};
  if (auto history = history_for(contact, command); history != events::History{})
    out.emplace_back(events::HistoryGiven{command.to, std::move(history)});
  return out;
}

std::vector<events::Event> take_records(const Contact& contact, const TakeRecords& command,
                                        const ContactId& id, const SyncRules& rules,
                                        const Cause& cause) {
  const auto& given = command.given;
  events::RecordsTaken taken{command.from, !given.whole, given.records, {},
                             {},           given.merged, given.sources, {}};
  for (auto& record : taken.records)
    record.origin = given.whole ? command.from : ContactId{};
  std::vector<events::Event> conflicts;
  const Values theirs{given.merged, given.sources};
  auto values =
      given.whole ? together({contact.merged, contact.sources}, theirs, rules, conflicts) : theirs;
  taken.merged = std::move(values.fields);
  taken.sources = std::move(values.sources);
  auto known = as_taken(command);
  Contact after = contact;
  evolve(after, taken);
  evolve(after, known);
  Observation news;
  news.outcome = events::Outcome::applied;
  auto plan = plan_targets(after, ObserveRecord{}, news, id, rules, cause);
  taken.targets = std::move(plan.outcomes);
  auto tellings = tell_closed(after, id, rules, cause, taken.targets);
  for (const auto& intent : plan.intents)
    evolve(after, intent, cause.now);
  auto owed = show_owed(after, id, rules, cause, taken.targets);
  std::vector<events::Event> out;
  out.emplace_back(std::move(taken));
  if (known.history != events::History{})
    out.emplace_back(std::move(known));
  for (auto& conflict : conflicts)
    out.push_back(std::move(conflict));
  for (auto& intent : plan.intents)
    out.emplace_back(std::move(intent));
  for (auto* more : {&tellings, &owed})
    for (auto& intent : *more)
      out.push_back(std::move(intent));
  return out;
}

void evolve(Contact& contact, const events::RecordsGiven& e) {
  if (e.whole) {
    contact.records.clear();
    contact.merged = {};
    contact.sources.clear();
    return;
  }
  if (const auto* taken = taken_from(contact, e.to)) {
    auto mine = part(contact, *taken).mine;
    contact.merged = std::move(mine.fields);
    contact.sources = std::move(mine.sources);
  }
  // Threads there may be those of the records that go; whichever is right is found anew.
  std::erase_if(contact.messages.threads, [&](const auto& thread) {
    return std::any_of(contact.records.begin(), contact.records.end(), [&](const auto& record) {
      return record.origin == e.to && record.connector == thread.system;
    });
  });
  std::erase_if(contact.records, [&](const auto& record) { return record.origin == e.to; });
  std::erase_if(contact.taken_in, [&](const auto& taken) { return taken.contact == e.to; });
  std::erase_if(contact.consent.closed, [&](const auto& closed) {
    return std::find(e.addresses.begin(), e.addresses.end(), closed.address_hash)
           != e.addresses.end();
  });
}

void evolve(Contact& contact, const events::RecordsTaken& e) {
  if (!e.returned)
    contact.taken_in.push_back(
        {e.from, e.theirs, contact.merged, e.merged, e.their_sources, contact.sources});
  for (const auto& record : e.records) {
    std::erase_if(contact.records, [&](const auto& known) {
      return known.connector == record.connector && known.remote_id == record.remote_id
             && !known.remote_id.value.empty();
    });
    contact.records.push_back(settled(record));
  }
  contact.merged = e.merged;
  contact.sources = e.sources;
}

} // namespace tidemark::domain
