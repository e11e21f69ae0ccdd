#include "domain/identity/merge_decision.hpp"

#include "base/contains.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

template <class Item>
void add_all(std::vector<Item>& list, const std::vector<Item>& more) {
  for (const auto& item : more)
    if (!contains(list, item))
      list.push_back(item);
}

template <class Item>
void erase_all(std::vector<Item>& list, const std::vector<Item>& gone) {
  std::erase_if(list, [&](const Item& item) { return contains(gone, item); });
}

bool overlap(const std::vector<AddressHash>& a, const std::vector<AddressHash>& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& item) { return contains(b, item); });
}

MergeDecision refused(Reason reason, std::string text) {
  MergeDecision out;
  out.refusal = {events::Outcome::skipped, reason, std::move(text)};
  return out;
}

std::vector<events::MatchedBy> matched(const IdentityCard& a, const IdentityCard& b) {
  std::vector<events::MatchedBy> out;
  const auto shares = [](const auto& of, const auto& all, const auto& claimed) {
    return overlap(of, all) || overlap(of, claimed);
  };
  if (shares(a.phones, b.phones, b.contested) || overlap(b.phones, a.contested))
    out.push_back(events::MatchedBy::phone);
  if (shares(a.emails, b.emails, b.contested) || overlap(b.emails, a.contested))
    out.push_back(events::MatchedBy::email);
  return out;
}

/// What the contact that stays is known by. A claim to a key stays noted, so that it is one again
/// after an unmerge.
IdentityCard united(const IdentityCard& a, const IdentityCard& b) {
  auto out = a;
  add_all(out.records, b.records);
  add_all(out.phones, b.phones);
  add_all(out.emails, b.emails);
  add_all(out.contested, b.contested);
  add_all(out.words, b.words);
  if (out.words.size() > card_words_max)
    out.words.resize(card_words_max);
  out.parts.push_back(b.contact);
  return out;
}

} // namespace

MergeDecision decide_merge(const events::ContactsMergeRequested& request,
                           const IdentityFacts& facts) {
  const auto a = facts.card_of(request.contact), b = facts.card_of(request.other);
  if (!a || !b)
    return refused(Reason::contact_not_known, "One of the contacts is not known.");
  if (request.contact == request.other)
    return refused(Reason::same_contact, "It is the same contact.");
  if (!a->merged_into.value.empty() || !b->merged_into.value.empty())
    return refused(Reason::already_merged, "One of the contacts is part of another one already.");
  if (!b->parts.empty())
    return refused(Reason::other_has_parts,
                   "The other contact has taken contacts in itself: merge the "
                   "other way round, or take those merges back first.");
  const auto card = united(*a, *b);
  if (!fits(card))
    return refused(Reason::too_many_keys,
                   "Together they have more records or addresses than one contact "
                   "can hold.");
  auto part = *b;
  part.merged_into = a->contact;
  MergeDecision out;
  out.before = *a;
  out.events.push_back({events::ContactsMerged{a->contact, b->contact, matched(*a, *b),
                                               compare_names(*a, *b), request.reason, request.by},
                        {}});
  out.events.push_back(card_event(std::move(part)));
  out.events.push_back(card_event(card));
  return out;
}

MergeDecision decide_unmerge(const events::ContactsUnmergeRequested& request,
                             const IdentityFacts& facts) {
  const auto a = facts.card_of(request.contact), b = facts.card_of(request.other);
  if (!a || !b)
    return refused(Reason::contact_not_known, "One of the contacts is not known.");
  if (b->merged_into != a->contact)
    return refused(Reason::not_merged, "The other contact is no part of this one.");
  auto own = *b, rest = *a;
  own.merged_into = {};
  std::erase_if(own.records, [&](const auto& record) { return !contains(a->records, record); });
  erase_all(rest.records, own.records);
  erase_all(rest.phones, own.phones);
  erase_all(rest.emails, own.emails);
  std::erase(rest.parts, own.contact);
  auto addresses = own.phones;
  add_all(addresses, own.emails);
  erase_all(addresses, rest.contested);
  MergeDecision out;
  out.before = *a;
  out.events.push_back({events::ContactsUnmerged{a->contact, b->contact, std::move(addresses),
                                                 request.reason, request.by},
                        {}});
  out.events.push_back(card_event(std::move(rest)));
  out.events.push_back(card_event(std::move(own)));
  return out;
}

} // namespace tidemark::domain
