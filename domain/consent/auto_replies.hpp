#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/rules/command.hpp"

/// What the engine answers by itself, where that is configured: HELP, and one confirmation of an
/// opt-out (requirements O10, O11).
namespace tidemark::domain {

/// Who says what the engine writes by itself: no connector.
inline const ConnectorName own_words{"tidemark"};

/// The system that sends messages which people wrote at `source`; null when none can. A system that
/// does nothing but texting comes before a dialer, then precedence counts.
const SystemRule* sender_for(const SyncRules& rules, const ConnectorName& source);

/// Answers a text that asks for help.
void answer_help(Plan& plan, const ObserveMessage& command);

/// The one confirmation of an opt-out that a person wrote; none when the address was closed to
/// texts before, as `before` the change shows.
void confirm_opt_out(const Contact& before, Plan& plan, const ApplyConsent& command);

} // namespace tidemark::domain
