#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

#include <optional>

/// What an agent's disposition sets in the contact's custom fields, by the account's table
/// (requirement M2): a status, mostly.
namespace tidemark::domain {

/// What the contact does not hold yet; nothing when there is none.
std::optional<events::ContactChanged> set_by_disposition(const Contact& contact,
                                                         const std::string& disposition,
                                                         const ConnectorName& source,
                                                         const SyncRules& rules);

/// The same of a call as soon as its disposition is told, but for what the disposition of a later
/// call has set.
std::optional<events::ContactChanged>
set_by_call(const Contact& contact, const ObserveCall& command, const SyncRules& rules);

/// What follows for the systems that keep one of the fields; the contact holds the values.
void plan_set_fields(Plan& plan, const events::FieldSet& fields);

} // namespace tidemark::domain
