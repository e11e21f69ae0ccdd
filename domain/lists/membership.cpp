#include "domain/lists/membership_planner.hpp"
#include "domain/lists/opportunities.hpp"

#include <algorithm>

/// What events make of the book of a contact's places.
namespace tidemark::domain {
namespace {

using events::Action;
using events::Outcome;

StatedPlace* stated_by(PlacementBook& book, const ConnectorName& connector, const RemoteId& id) {
  const auto at = std::find_if(book.stated.begin(), book.stated.end(), [&](const auto& one) {
    return one.connector == connector && one.remote_id == id;
  });
  return at == book.stated.end() ? nullptr : &*at;
}

/// `Held` is a HeldList or a HeldPlace: is it about the record that the action names?
template <class Held>
bool is_of(const Held& held, const events::ActionIntended& e) {
  return held.target == e.target && (held.record == e.remote_id || held.record.value.empty());
}

void note_list(PlacementBook& book, const events::ActionIntended& e, const std::string& list) {
  std::erase_if(book.lists, [&](const auto& one) { return is_of(one, e) && one.list == list; });
  book.lists.push_back(
      {e.target, e.remote_id, list, e.delivery, e.action == Action::leave_lists, false});
}

void note_sequence(PlacementBook& book, const events::ActionIntended& e,
                   const std::string& sequence) {
  std::erase_if(book.sequences, [&](const auto& one) { return is_of(one, e); });
  book.sequences.push_back({e.target, e.remote_id, sequence, e.delivery, false});
}

void leave_all(PlacementBook& book, const events::ActionIntended& e) {
  for (auto& one : book.lists)
    if (is_of(one, e)) {
      one.leaving = true;
      one.failed = false;
      one.delivery = e.delivery;
    }
}

/// Everything held there, of whatever kind.
template <class Use>
void each_held(PlacementBook& book, const ConnectorName& system, Use use) {
  const auto in = [&](auto& all) {
    for (auto& one : all)
      if (one.target == system)
        use(one);
  };
  in(book.lists);
  in(book.owners);
  in(book.sequences);
}

} // namespace

void evolve(PlacementBook& book, const events::ContactObserved& e) {
  if (e.outcome == Outcome::superseded || e.reason_code == Reason::unknown_event_in_stream)
    return;
  if (e.removed) {
    std::erase_if(book.stated, [&](const auto& one) {
      return one.connector == e.connector && one.remote_id == e.remote_id;
    });
    if (book.leads)
      std::erase_if(book.leads->opportunities, [&](const auto& known) {
        return known.facts.source == e.connector && known.record == e.remote_id;
      });
    return;
  }
  if (!e.tags && e.assigned_to.empty() && e.agent_field.empty() && !e.status)
    return;
  auto* known = stated_by(book, e.connector, e.remote_id);
  if (!known)
    known = &book.stated.emplace_back(StatedPlace{e.connector, e.remote_id});
  if (e.tags)
    known->tags = *e.tags;
  if (!e.assigned_to.empty())
    known->assigned_to = e.assigned_to;
  if (!e.agent_field.empty())
    known->agent_field = e.agent_field;
  if (e.status)
    known->status = e.status;
  forget_closed_tags(book);
}

void evolve(PlacementBook& book, const events::ActionIntended& e) {
  switch (e.action) {
  case Action::join_list:
  case Action::leave_lists:
    if (e.placement)
      for (const auto& list : e.placement->lists)
        note_list(book, e, list);
    break;
  case Action::set_owner:
    std::erase_if(book.owners, [&](const auto& one) { return is_of(one, e); });
    if (e.placement)
      book.owners.push_back({e.target, e.remote_id, e.placement->user, e.delivery, false});
    break;
  case Action::join_sequence:
    leave_all(book, e);
    if (e.placement)
      note_sequence(book, e, e.placement->sequence);
    break;
  case Action::leave_sequences:
    note_sequence(book, e, {});
    break;
  case Action::opt_out:
    leave_all(book, e);
    if (std::any_of(book.sequences.begin(), book.sequences.end(),
                    [&](const auto& one) { return is_of(one, e); }))
      note_sequence(book, e, {});
    break;
  default:
    break;
  }
}

void evolve(PlacementBook& book, const events::ActionAccepted& e) {
  std::erase_if(book.lists,
                [&](const auto& one) { return one.leaving && one.delivery == e.facts.delivery; });
  std::erase_if(book.sequences, [&](const auto& one) {
    return one.value.empty() && one.delivery == e.facts.delivery;
  });
  const auto note = [&](auto& all) {
    for (auto& one : all)
      one.done |= one.delivery == e.facts.delivery;
  };
  note(book.lists);
  note(book.owners);
  note(book.sequences);
}

void not_placed(PlacementBook& book, const DeliveryId& delivery, Reason reason) {
  for (auto& one : book.lists)
    one.failed |= one.delivery == delivery;
  for (auto& one : book.owners)
    one.failed |= one.delivery == delivery;
  if (reason != Reason::outcome_unknown_not_repeated)
    for (auto& one : book.sequences)
      one.failed |= one.delivery == delivery;
}

void forget_record(PlacementBook& book, const ConnectorName& system, const RemoteId& record,
                   bool in_use) {
  const auto is_its = [&](const auto& one) {
    return one.target == system && (one.record == record || (in_use && one.record.value.empty()));
  };
  if (!in_use) {
    std::erase_if(book.lists, is_its);
    std::erase_if(book.owners, is_its);
    std::erase_if(book.sequences, is_its);
    return;
  }
  each_held(book, system, [&](auto& one) {
    if (is_its(one)) {
      one.record = {};
      one.failed = true;
    }
  });
}

void know_record(PlacementBook& book, const ConnectorName& system, const RemoteId& record) {
  each_held(book, system, [&](auto& one) {
    if (one.record.value.empty())
      one.record = record;
  });
}

void take_over(PlacementBook& book, const ConnectorName& system, const RemoteId& from,
               const RemoteId& to, bool same_number) {
  auto* old = stated_by(book, system, from);
  if (old && !stated_by(book, system, to))
    old->remote_id = to;
  if (book.leads)
    for (auto& known : book.leads->opportunities)
      if (known.facts.source == system && known.record == from)
        known.record = to;
  if (same_number)
    for (auto& one : book.sequences)
      if (one.target == system && one.record == from) {
        one.record = to;
        one.failed = true; // it may be a record that was in none
      }
}

} // namespace tidemark::domain
