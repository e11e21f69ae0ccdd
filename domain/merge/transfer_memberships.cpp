#include "domain/merge/transfer_memberships.hpp"

#include "base/contains.hpp"
#include "domain/lists/membership_planner.hpp"
#include "domain/lists/opportunities.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::RecordMarks;

const ConnectorName& system_of(const StatedPlace& one) {
  return one.connector;
}
const RemoteId& record_of(const StatedPlace& one) {
  return one.remote_id;
}
template <class Held>
const ConnectorName& system_of(const Held& one) {
  return one.target;
}
template <class Held>
const RemoteId& record_of(const Held& one) {
  return one.record;
}

bool same_place(const HeldList& a, const HeldList& b) {
  return a.target == b.target && a.record == b.record && a.list == b.list;
}
template <class One>
bool same_place(const One& a, const One& b) {
  return system_of(a) == system_of(b) && record_of(a) == record_of(b);
}

template <class One>
bool knows(const std::vector<One>& all, const One& one) {
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& known) { return same_place(known, one); });
}

/// One of the lists of one book, and the same of another.
template <class Use>
void in_both(PlacementBook& book, const PlacementBook& other, Use use) {
  use(book.stated, other.stated);
  use(book.lists, other.lists);
  use(book.owners, other.owners);
  use(book.sequences, other.sequences);
}

/// A list is joined twice without harm. A sequence is not: it may still begin by what is out.
void doubt_unfinished(HeldList& one) {
  if (one.record.value.empty()) // of which record is not known
    one.done = false;
  one.failed |= !one.done;
}
template <class One>
void doubt_unfinished(One&) {}

bool is_same(const events::KnownOpportunity& a, const events::KnownOpportunity& b) {
  return a.facts.source == b.facts.source && a.facts.opportunity_id == b.facts.opportunity_id;
}

bool knows(const events::LeadBook& book, const events::KnownOpportunity& one) {
  return std::any_of(book.opportunities.begin(), book.opportunities.end(),
                     [&](const auto& known) { return is_same(known, one); });
}

/// Of an opportunity that both know, the newer word holds.
void adopt_leads(PlacementBook& book, const events::LeadBook& taken) {
  auto& leads = book.leads ? *book.leads : book.leads.emplace();
  for (const auto& one : taken.opportunities) {
    const auto known = std::find_if(leads.opportunities.begin(), leads.opportunities.end(),
                                    [&](const auto& other) { return is_same(other, one); });
    if (known == leads.opportunities.end())
      leads.opportunities.push_back(one);
    else if (known->facts.updated_at < one.facts.updated_at)
      *known = one;
  }
  for (const auto& tag : taken.closed_tags)
    if (!contains(leads.closed_tags, tag))
      leads.closed_tags.push_back(tag);
  if (!is_closed(book))
    leads.closed_tags.clear();
}

} // namespace

events::Memberships memberships_for(const Contact& contact, const ReleaseRecords& command) {
  events::Memberships out;
  const auto goes = [&](const ConnectorName& system, const RemoteId& id) {
    return command.whole
           || std::any_of(contact.records.begin(), contact.records.end(), [&](const auto& record) {
                return record.origin == command.to && record.connector == system
                       && record.remote_id == id && !id.value.empty();
              });
  };
  for (const auto& record : contact.records)
    if (goes(record.connector, record.remote_id)
        && !(record.edited.empty() && record.parked.empty()))
      out.marks.push_back({record.connector, record.remote_id, record.edited, record.parked});
  if (const auto& leads = contact.placement.leads) {
    events::LeadBook given{{}, leads->closed_tags};
    for (const auto& one : leads->opportunities)
      if (goes(one.facts.source, one.record))
        given.opportunities.push_back(one);
    if (!given.opportunities.empty())
      out.places.leads = std::move(given);
  }
  in_both(out.places, contact.placement, [&](auto& given, const auto& known) {
    for (auto one : known)
      if (goes(system_of(one), record_of(one))) {
        doubt_unfinished(one);
        given.push_back(std::move(one));
      }
  });
  return out;
}

void evolve(Contact& contact, const events::MembershipsReleased& e) {
  in_both(contact.placement, e.memberships.places, [](auto& known, const auto& given) {
    std::erase_if(known, [&](const auto& one) { return knows(given, one); });
  });
  if (auto& leads = contact.placement.leads; leads && e.memberships.places.leads)
    std::erase_if(leads->opportunities,
                  [&](const auto& one) { return knows(*e.memberships.places.leads, one); });
}

void evolve(Contact& contact, const events::MembershipsAdopted& e) {
  for (const auto& marks : e.memberships.marks)
    for (auto& record : contact.records)
      if (record.connector == marks.connector && record.remote_id == marks.remote_id) {
        record.edited = marks.edited;
        record.parked = marks.parked;
      }
  in_both(contact.placement, e.memberships.places, [](auto& known, const auto& taken) {
    for (const auto& one : taken)
      if (!knows(known, one))
        known.push_back(one);
  });
  if (const auto& leads = e.memberships.places.leads)
    adopt_leads(contact.placement, *leads);
}

} // namespace tidemark::domain
