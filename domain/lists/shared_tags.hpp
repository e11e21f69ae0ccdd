#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/command.hpp"
#include "domain/rules/rules.hpp"

#include <vector>

/// Tags are a union over the systems (requirement A1.6): what a record has gained is added where
/// tags are kept. What a person takes off in one system stays in the others.
namespace tidemark::domain {

/// Actions that add what the record has gained to the contact's records elsewhere, and to a record
/// that is seen for the first time what the others have. Nothing of a contact that opted out, no
/// marks of opt-outs, none longer than `tag_bytes_max`; of more than a hundred at once, none.
/// `after` knows the observation and its intents.
std::vector<events::Event> share_tags(const Contact& before, const Contact& after,
                                      const ObserveRecord& command, const ContactId& id,
                                      const SyncRules& rules, const Cause& cause,
                                      std::vector<events::TargetOutcome>& outcomes);

} // namespace tidemark::domain
