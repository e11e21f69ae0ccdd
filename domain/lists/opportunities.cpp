#include "domain/lists/opportunities.hpp"

#include "base/contains.hpp"
#include "base/text/folding.hpp"
#include "domain/contacts/state.hpp"
#include "domain/lists/membership_planner.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {
namespace {

using events::KnownOpportunity;
using events::LeadBook;
using events::OpportunityFacts;
using events::Outcome;

constexpr std::array<std::string_view, 5> closing_words{"won", "lost", "abandoned", "closed",
                                                        "dead"};

bool says_closed(std::string_view text) {
  const auto words = folded_words(text);
  return std::any_of(words.begin(), words.end(), [](const auto& word) {
    return contains(closing_words, std::string_view(word));
  });
}

/// `Book` is a LeadBook, const or not.
template <class Book>
auto find(Book& book, const OpportunityFacts& told) -> decltype(book.opportunities.data()) {
  const auto at =
      std::find_if(book.opportunities.begin(), book.opportunities.end(), [&](const auto& known) {
        return known.facts.source == told.source
               && known.facts.opportunity_id == told.opportunity_id;
      });
  return at == book.opportunities.end() ? nullptr : &*at;
}

bool same_status(std::string_view a, std::string_view b) {
  return folded_words(a) == folded_words(b);
}

bool calls_for(const ReadyStage& rule, const OpportunityFacts& opportunity) {
  const auto& status = rule.as_configured().status;
  if (opportunity.deleted || !rule.matches(opportunity))
    return false;
  return status.empty() ? !is_closed(opportunity) : same_status(status, opportunity.status);
}

bool calls_for(const ReadyStage& rule, const LeadBook& book) {
  return std::any_of(book.opportunities.begin(), book.opportunities.end(),
                     [&](const auto& known) { return calls_for(rule, known.facts); });
}

std::vector<std::string> all_tags(const events::PlacementBook& book) {
  std::vector<std::string> out;
  for (const auto& record : book.stated)
    for (const auto& tag : record.tags)
      if (!contains(out, tag))
        out.push_back(tag);
  return out;
}

/// The oldest of those that say least.
void forget_one(std::vector<KnownOpportunity>& all) {
  auto at = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.facts.deleted; });
  if (at == all.end())
    at = std::find_if(all.begin(), all.end(), [](const auto& one) { return is_closed(one.facts); });
  all.erase(at == all.end() ? all.begin() : at);
}

} // namespace

bool is_closed(const OpportunityFacts& opportunity) {
  return says_closed(opportunity.status) || says_closed(opportunity.stage_name);
}

bool is_closed(const events::PlacementBook& book) {
  if (!book.leads)
    return false;
  bool any = false;
  for (const auto& known : book.leads->opportunities) {
    if (known.facts.deleted)
      continue;
    if (!is_closed(known.facts))
      return false;
    any = true;
  }
  return any;
}

bool counts(const events::PlacementBook& book, const std::string& tag) {
  return !book.leads || !contains(book.leads->closed_tags, tag);
}

std::vector<std::string> stage_lists(const events::PlacementBook& book, const SyncRules& rules,
                                     const ConnectorName& target) {
  std::vector<std::string> out;
  if (!book.leads)
    return out;
  for (const auto& rule : rules.stage_rules) {
    const auto& configured = rule.as_configured();
    if (configured.connector == target && !configured.list.empty() && calls_for(rule, *book.leads)
        && !contains(out, configured.list))
      out.push_back(configured.list);
  }
  return out;
}

std::optional<std::string> stage_sequence(const events::PlacementBook& book, const SyncRules& rules,
                                          const ConnectorName& target) {
  bool decides = false;
  for (const auto& rule : rules.stage_rules) {
    const auto& configured = rule.as_configured();
    if (configured.connector != target || configured.sequence.empty())
      continue;
    if (book.leads && calls_for(rule, *book.leads))
      return configured.sequence;
    decides = book.leads.has_value();
  }
  return decides ? std::optional(std::string()) : std::nullopt;
}

std::vector<events::Event> decide_opportunity(const Contact& contact,
                                              const ObserveOpportunity& command,
                                              const DecisionContext& context) {
  events::OpportunityObserved observed{
      command.remote_id, command.opportunity, Outcome::applied, Reason::recorded, {}};
  const auto& leads = contact.placement.leads;
  const auto* known = leads ? find(*leads, command.opportunity) : nullptr;
  if (contact.unreadable)
    end_as_unreadable(observed);
  else if (known && known->facts.updated_at > command.opportunity.updated_at)
    end_as(observed, Outcome::superseded, Reason::older_than_known);
  else if (known && known->facts == command.opportunity && known->record == command.remote_id)
    end_as(observed, Outcome::no_change, Reason::nothing_new);
  if (observed.outcome != Outcome::applied)
    return {observed};
  Contact after = contact;
  evolve(after.placement, observed);
  Plan plan(after, context);
  place_contact(contact, plan);
  return plan.behind(std::move(observed));
}

void evolve(events::PlacementBook& book, const events::OpportunityObserved& e) {
  if (e.outcome != Outcome::applied)
    return;
  const bool was_closed = is_closed(book);
  auto& leads = book.leads ? *book.leads : book.leads.emplace();
  if (auto* known = find(leads, e.opportunity))
    *known = {e.remote_id, e.opportunity};
  else
    leads.opportunities.push_back({e.remote_id, e.opportunity});
  if (leads.opportunities.size() > opportunities_kept_max)
    forget_one(leads.opportunities);
  if (!is_closed(book))
    leads.closed_tags.clear();
  else if (!was_closed)
    leads.closed_tags = all_tags(book);
}

void forget_closed_tags(events::PlacementBook& book) {
  if (!book.leads || book.leads->closed_tags.empty())
    return;
  const auto tags = all_tags(book);
  std::erase_if(book.leads->closed_tags, [&](const auto& tag) { return !contains(tags, tag); });
}

} // namespace tidemark::domain
