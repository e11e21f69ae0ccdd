#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/rules/command.hpp"

#include <optional>
#include <string>
#include <vector>

/// How far a contact has come, by its opportunities, and where it stands because of that
/// (requirements A1.6, M8). What was told last by the source's own time holds, in whatever order it
/// came.
namespace tidemark::domain {

inline constexpr std::size_t opportunities_kept_max = 50;

/// Won, lost, given up: by its status, or by a stage that is named so (requirement A1.6).
bool is_closed(const events::OpportunityFacts& opportunity);
/// Every opportunity that there is of the contact is closed, and there is one: nobody is to be
/// called because of tags from before.
bool is_closed(const events::PlacementBook& book);
/// May a tag put the contact on a list? Not one that it had already when its last open opportunity
/// was closed.
bool counts(const events::PlacementBook& book, const std::string& tag);

/// Lists of a system that the contact's opportunities call for, each once, in configured order, as
/// they are configured. A closed opportunity calls for those alone that name its status.
std::vector<std::string> stage_lists(const events::PlacementBook& book, const SyncRules& rules,
                                     const ConnectorName& target);
/// The sequence that they call for, "" for none; nothing where no opportunity decides about it.
std::optional<std::string> stage_sequence(const events::PlacementBook& book, const SyncRules& rules,
                                          const ConnectorName& target);

/// The first event is `opportunity.observed`.
std::vector<events::Event> decide_opportunity(const Contact& contact,
                                              const ObserveOpportunity& command,
                                              const DecisionContext& context);

void evolve(events::PlacementBook& book, const events::OpportunityObserved& e);
/// Tags that are gone over there do not count as those from before any more.
void forget_closed_tags(events::PlacementBook& book);

} // namespace tidemark::domain
