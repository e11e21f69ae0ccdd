#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

/// What the other systems hear when a contact is deleted in one (requirement C17).
/// `mark_do_not_call` is decided with consent (domain/interpret.cpp); here is what the contact
/// itself decides.
namespace tidemark::domain {

/// Is the observation the deletion of the contact's last record in a system whose deletions archive
/// the contact elsewhere? `after` is the contact with the observation applied.
bool is_archived(const Contact& after, const ObserveRecord& command, const SyncRules& rules);

/// Archives the contact in the other systems; why not, where that is not possible.
void archive_elsewhere(Plan& plan, const ObserveRecord& command);

} // namespace tidemark::domain
