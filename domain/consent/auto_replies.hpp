#pragma once
#include "domain/rules/cause.hpp"
#include "domain/rules/command.hpp"
#include "domain/rules/rules.hpp"
#include "events/all.hpp"

#include <vector>

/// What the engine answers by itself, where that is configured: HELP, and one confirmation of an
/// opt-out (requirements O10, O11).
namespace tidemark::domain {

struct Contact;

/// Who says what the engine writes by itself: no connector.
inline const ConnectorName own_words{"tidemark"};

/// The system that sends messages which people wrote at `source`; null when none can. A system that
/// does nothing but texting comes before a dialer, then precedence counts.
const SystemRule* sender_for(const SyncRules& rules, const ConnectorName& source);

/// The answer to a text that asks for help; nothing for any other.
std::vector<events::Event> answer_help(const Contact& contact, const ObserveMessage& command,
                                       const ContactId& id, const SyncRules& rules,
                                       const Cause& cause);

/// The one confirmation of an opt-out that a person wrote; nothing when the address was closed to
/// texts before. `contact` is as it was before the change.
std::vector<events::Event> confirm_opt_out(const Contact& contact, const ApplyConsent& command,
                                           const ContactId& id, const SyncRules& rules,
                                           const Cause& cause);

} // namespace tidemark::domain
