#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/command.hpp"
#include "domain/rules/rules.hpp"

/// What the other systems hear when a contact is deleted in one (requirement C17).
/// `mark_do_not_call` is decided with consent (domain/interpret.cpp); here is what the contact
/// itself decides.
namespace tidemark::domain {

/// Is the observation the deletion of the contact's last record in a system whose deletions archive
/// the contact elsewhere? `after` is the contact with the observation applied.
bool is_archived(const Contact& after, const ObserveRecord& command, const SyncRules& rules);

/// Intents that archive the contact in the other systems; why not, where that is not possible.
std::vector<events::Event> archive_elsewhere(const Contact& after, const ObserveRecord& command,
                                             const ContactId& id, const SyncRules& rules,
                                             const Cause& cause,
                                             std::vector<events::TargetOutcome>& outcomes);

} // namespace tidemark::domain
