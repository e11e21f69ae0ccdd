#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/rules/command.hpp"

#include <optional>
#include <string>
#include <vector>

/// Where a contact belongs at the dialers: call lists by its tags, its opportunities and its agent,
/// the agent as its owner, a sequence by its status (requirements A1.6, M7, M8, M11). Every
/// decision compares what the records say now with what was brought about, so it does not matter
/// which event told of it.
namespace tidemark::domain {

using events::HeldList;
using events::HeldPlace;
using events::PlacementBook;
using events::StatedPlace;

/// Whose contact it is: the first of owner, field, tag that names a configured agent, else the
/// default (requirement A1.6). Null: nobody's.
const events::Agent* agent_of(const PlacementBook& book, const SyncRules& rules);
/// Lists of a system that the contact's tags and opportunities call for, each once, in configured
/// order.
std::vector<std::string> wanted_lists(const PlacementBook& book, const SyncRules& rules,
                                      const ConnectorName& target);

/// All tags that the record has once the command is taken: some bodies tell only the change.
std::optional<std::vector<std::string>> tags_told(const PlacementBook& book,
                                                  const ObserveRecord& command);

/// Brings the contact to where it belongs now: first off the lists, then onto others, then its
/// owner (requirement A1.6: in that order). `plan` sees it with the observation and its intents.
/// `is_new`: a CRM has just told of a record that is new there.
void place_contact(const Contact& before, Plan& plan, bool is_new = false);

/// Everything about the contact's lists at that system once more, whatever was done before.
void plan_lists_anew(Plan& plan, const SystemRule& system);

/// Everything at the target once more, whatever was done before. The first event is
/// `contact.lists_rebuilt`.
std::vector<events::Event> decide_rebuild(const Contact& contact, const RebuildLists& command,
                                          const DecisionContext& context);

void evolve(PlacementBook& book, const events::ContactObserved& e);
void evolve(PlacementBook& book, const events::ActionIntended& e);
void evolve(PlacementBook& book, const events::ActionAccepted& e);
/// The delivery came to nothing, or nobody knows what came of it: a sequence may have begun then,
/// and is not begun once more.
void not_placed(PlacementBook& book, const DeliveryId& delivery, Reason reason = Reason::none);
/// The record is no more. Where it was in use, nobody knows what a record that takes its place
/// stands on: everything is to be asked for again.
void forget_record(PlacementBook& book, const ConnectorName& system, const RemoteId& record,
                   bool in_use);
/// The contact's record there is known now: what was done without knowing it was done to it.
void know_record(PlacementBook& book, const ConnectorName& system, const RemoteId& record);
/// One record took the place of another: until it speaks itself, it says what that one said. Under
/// the same number it is what a sequence that was begun by that number is about.
void take_over(PlacementBook& book, const ConnectorName& system, const RemoteId& from,
               const RemoteId& to, bool same_number);

} // namespace tidemark::domain
