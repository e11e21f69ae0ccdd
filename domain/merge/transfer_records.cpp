#include "domain/merge/transfer_records.hpp"

#include "base/contains.hpp"
#include "base/invariant.hpp"
#include "domain/consent/opt_out_propagation.hpp"
#include "domain/conversations/waiting_activity.hpp"
#include "domain/lists/membership_planner.hpp"
#include "domain/merge/transfer_activity.hpp"
#include "domain/merge/transfer_memberships.hpp"
#include "domain/sync/conflict_resolution.hpp"
#include "domain/sync/record_history.hpp"
#include "domain/sync/target_planner.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>

namespace tidemark::domain {
namespace {

using events::Field;
using events::FieldSet;
using Sources = events::FieldMap<ConnectorName>;

/// Values and whose word each of them is.
struct Values {
  FieldSet fields;
  Sources sources;

  void take(Field field, const FieldSet& from, const Sources& whose) {
    const auto* value = from.find(field);
    fields.erase(field);
    sources.erase(field);
    if (!value)
      return;
    fields.set(field, *value);
    if (const auto* source = whose.find(field))
      sources[field] = *source;
  }
};

/// An empty value, which an unmerge leaves where there was none, is no other value.
bool same(const FieldSet& a, const FieldSet& b, Field field) {
  return a.get(field) == b.get(field);
}

const AbsorbedContact* taken_from(const Contact& contact, const ContactId& other) {
  const auto at = std::find_if(contact.absorbed.rbegin(), contact.absorbed.rend(),
                               [&](const auto& taken) { return taken.contact == other; });
  return at == contact.absorbed.rend() ? nullptr : &*at;
}

struct SplitValues {
  Values theirs, mine;
};

/// Another that became part of the contact after `taken` has the same value: it stays.
const AbsorbedContact* another_with(const Contact& contact, const AbsorbedContact& taken,
                                    Field field) {
  const auto after = contact.absorbed.begin() + (&taken - contact.absorbed.data()) + 1;
  const auto at = std::find_if(after, contact.absorbed.end(), [&](const auto& one) {
    return one.theirs.has_value(field) && same(one.theirs, contact.merged, field);
  });
  return at == contact.absorbed.end() ? nullptr : &*at;
}

/// What was changed goes with the records of the system that changed it; where both have records
/// there, with the one where it was typed in.
bool goes_with(const Contact& contact, const ContactId& other, Field field) {
  const auto* source = contact.sources.find(field);
  if (!source)
    return false;
  bool given = false, kept = false, typed_given = false, typed_kept = false;
  for (const auto& record : contact.records) {
    if (!record.live || record.connector != *source)
      continue;
    const bool typed = record.edited.has(field) && same(record.held, contact.merged, field);
    const bool goes = record.origin == other;
    (goes ? given : kept) = true;
    (goes ? typed_given : typed_kept) |= typed;
  }
  return given && (!kept || (typed_given && !typed_kept));
}

/// Each has again what it had before, and what was changed since at its records.
SplitValues part(const Contact& contact, const AbsorbedContact& taken) {
  SplitValues out;
  for (const auto field : events::known_fields()) {
    const auto* another = another_with(contact, taken, field);
    const bool changed = !same(contact.merged, taken.combined, field);
    const bool goes = changed && !another && goes_with(contact, taken.contact, field);
    const auto& now = contact.merged;
    if (goes)
      out.theirs.take(field, now, contact.sources);
    else
      out.theirs.take(field, taken.theirs, taken.their_sources);
    if (another)
      out.mine.take(field, another->theirs, another->their_sources);
    else if (changed && !goes)
      out.mine.take(field, now, contact.sources);
    else
      out.mine.take(field, taken.mine, taken.my_sources);
  }
  return out;
}

/// What the one that goes had brought, and those that came after it found there, is not what they
/// found: taken back after it, they must not bring it again.
void rebase_later_merges(std::vector<AbsorbedContact>& absorbed, std::ptrdiff_t which,
                         const Values& theirs) {
  TIDEMARK_INVARIANT(std::cmp_less(which, absorbed.size()) && which >= 0, "a merge to take back");
  const auto gone = absorbed[static_cast<std::size_t>(which)];
  for (const auto field : events::known_fields()) {
    if (same(gone.combined, gone.mine, field))
      continue;
    for (auto later = absorbed.begin() + which + 1; later != absorbed.end(); ++later) {
      if (!same(later->mine, gone.combined, field) && !same(later->mine, theirs.fields, field))
        break; // somebody changed it in between
      const bool stayed =
          same(later->combined, later->mine, field) && !same(later->theirs, later->mine, field);
      Values mine{std::move(later->mine), std::move(later->my_sources)};
      mine.take(field, gone.mine, gone.my_sources);
      later->mine = std::move(mine.fields);
      later->my_sources = std::move(mine.sources);
      if (!stayed)
        break;
      later->combined.erase(field);
      if (const auto* value = gone.mine.find(field))
        later->combined.set(field, *value);
    }
  }
}

events::MovedRecord moved(const ContactRecord& record) {
  return {.connector = record.connector,
          .remote_id = record.remote_id,
          .live = record.live,
          .removed = record.removed,
          .replaced = record.replaced,
          .held = record.held,
          .source_version = record.source_version,
          .origin = record.origin};
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

Statement statement(const Values& values, Field field) {
  const auto* source = values.sources.find(field);
  return {source ? *source : ConnectorName{}, values.fields.get(field)};
}

/// Both persons' values as one; what they disagree about is decided like any conflict.
Values merge_values(const Values& mine, const Values& theirs, const SyncRules& rules,
                    std::vector<events::ContactConflictDecided>& conflicts) {
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
    if (!first.value.empty() && !second.value.empty()) // else one says nothing: no conflict
      conflicts.push_back(conflict_between(field, first, second, resolution));
  }
  return out;
}

/// Where there is no value, but a record of the one side holds, or is about to, what the merge
/// brought: an empty value says so to its system.
template <class IsIts>
void empty_what_was_brought(Values& values, const Contact& contact, const SyncRules& rules,
                            IsIts is_its) {
  const auto holds = [&](const ContactRecord& record, Field field, const std::string& value) {
    const auto* system = rules.find(record.connector);
    const auto is_it = [&](const FieldSet& fields) {
      return fields.has_value(field) && same_value(system, field, fields.get(field), value);
    };
    return is_it(record.held)
           || std::any_of(contact.open.begin(), contact.open.end(), [&](const auto& open) {
                return open.in_flight && open.target == record.connector && is_it(open.sent);
              });
  };
  for (const auto& [field, pii] : contact.merged) {
    const auto& value = pii.reveal();
    if (!value.empty() && !values.fields.find(field)
        && std::any_of(contact.records.begin(), contact.records.end(),
                       [&, f = field](const auto& record) {
                         return record.live && is_its(record) && holds(record, f, value);
                       }))
      values.fields.set(field, "");
  }
}

/// The one that stays has what it had, and its systems are told.
std::vector<events::Event> restore(const Contact& before, Contact after,
                                   events::ValuesRestored restored,
                                   const DecisionContext& context) {
  evolve(after, restored);
  Observation news;
  news.outcome = events::Outcome::applied;
  Plan plan(after, context);
  plan_targets(plan, ObserveRecord{}, news);
  expect_values(after, plan);
  place_contact(before, plan);
  return plan.behind(std::move(restored));
}

} // namespace

std::vector<events::Event> release_records(const Contact& contact, const ReleaseRecords& command,
                                           const DecisionContext& context) {
  TIDEMARK_INVARIANT(command.to != context.id, context.cause.position);
  events::RecordsReleased given{command.to, command.whole, {}, {}, {}, command.addresses};
  std::optional<events::ValuesRestored> restored;
  for (const auto& record : contact.records)
    if (command.whole || record.origin == command.to)
      given.records.push_back(moved(record));
  if (command.whole) {
    given.merged = contact.merged;
    given.sources = contact.sources;
    // A create that is out makes a record whose id is not known yet.
    for (const auto& open : contact.open)
      if (open.in_flight && open.operation == events::Operation::create)
        given.records.push_back({.connector = open.target, .held = open.sent});
  } else if (const auto* taken = taken_from(contact, command.to)) {
    auto [theirs, mine] = part(contact, *taken);
    const auto goes = [&](const auto& record) { return record.origin == command.to; };
    empty_what_was_brought(theirs, contact, context.rules, goes);
    empty_what_was_brought(mine, contact, context.rules, std::not_fn(goes));
    given.merged = std::move(theirs.fields);
    given.sources = std::move(theirs.sources);
    restored = {command.to, std::move(mine.fields), std::move(mine.sources), {}};
  }
  Contact after = contact;
  std::vector<events::Event> out;
  const auto add = [&](auto event) {
    evolve(after, event);
    out.emplace_back(std::move(event));
  };
  add(std::move(given));
  if (auto history = history_for(contact, command); history != events::History{})
    add(events::HistoryReleased{command.to, std::move(history)});
  if (auto memberships = memberships_for(contact, command); memberships != events::Memberships{})
    add(events::MembershipsReleased{command.to, std::move(memberships)});
  if (restored && !contact.unreadable)
    for (auto& event : restore(contact, std::move(after), *std::move(restored), context))
      out.push_back(std::move(event));
  return out;
}

std::vector<events::Event> adopt_records(const Contact& contact, const AdoptRecords& command,
                                         const DecisionContext& context) {
  TIDEMARK_INVARIANT(command.from != context.id, context.cause.position);
  const auto& given = command.given;
  events::RecordsAdopted taken{.from = command.from,
                               .returned = !given.whole,
                               .records = given.records,
                               .theirs = given.merged,
                               .their_sources = given.sources};
  for (auto& record : taken.records)
    record.origin = given.whole ? command.from : ContactId{};
  Observation news;
  news.outcome = events::Outcome::applied;
  const Values theirs{given.merged, given.sources};
  auto values = given.whole ? merge_values({contact.merged, contact.sources}, theirs, context.rules,
                                           news.conflicts)
                            : theirs;
  taken.merged = std::move(values.fields);
  taken.sources = std::move(values.sources);
  auto known = as_taken(command);
  const events::MembershipsAdopted memberships{command.from, command.memberships};
  Contact after = contact;
  evolve(after, taken);
  evolve(after, known);
  evolve(after, memberships);
  Plan plan(after, context);
  const auto kept = plan_targets(plan, ObserveRecord{}, news);
  propagate_opt_outs(plan);
  expect_values(after, plan);
  show_waiting(plan);
  place_contact(contact, plan);
  taken.targets = std::move(plan.outcomes);
  std::vector<events::Event> out{std::move(taken)};
  if (known.history != events::History{})
    out.emplace_back(std::move(known));
  if (memberships.memberships != events::Memberships{})
    out.emplace_back(memberships);
  out.insert(out.end(), news.conflicts.begin(), news.conflicts.end());
  out.insert(out.end(), kept.begin(), kept.end());
  std::move(plan.events.begin(), plan.events.end(), std::back_inserter(out));
  return out;
}

void evolve(Contact& contact, const events::RecordsReleased& e) {
  if (e.whole) {
    contact.records.clear();
    contact.merged = {};
    contact.sources.clear();
    return;
  }
  if (const auto* taken = taken_from(contact, e.to)) {
    auto [theirs, mine] = part(contact, *taken);
    rebase_later_merges(contact.absorbed, taken - contact.absorbed.data(), theirs);
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
  std::erase_if(contact.absorbed, [&](const auto& taken) { return taken.contact == e.to; });
  std::erase_if(contact.consent.closed,
                [&](const auto& closed) { return contains(e.addresses, closed.address_hash); });
}

void evolve(Contact& contact, const events::RecordsAdopted& e) {
  if (!e.returned)
    contact.absorbed.push_back(
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

void evolve(Contact& contact, const events::ValuesRestored& e) {
  contact.merged = e.merged;
  contact.sources = e.sources;
}

} // namespace tidemark::domain
