#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

/// Tags are a union over the systems (requirement A1.6): what a record has gained is added where
/// tags are kept. What a person takes off in one system stays in the others.
namespace tidemark::domain {

/// What the record has gained is added to the contact's records elsewhere, and to a record that is
/// seen for the first time what the others have. Nothing of a contact that opted out, no marks of
/// opt-outs, none longer than `tag_bytes_max`; of more than a hundred at once, none. `plan` sees
/// the contact with the observation and its intents.
void share_tags(const Contact& before, Plan& plan, const ObserveRecord& command);

/// `Disposition: <x>` and `Contact Disposed` where tags are kept, when a body tells how an agent
/// has disposed of the person and the account wants it so (requirements A1.3, M2).
void tag_disposition(Plan& plan, const ObserveRecord& command);

} // namespace tidemark::domain
