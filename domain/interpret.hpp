#pragma once
#include "domain/intake/facts.hpp"
#include "domain/rules/command.hpp"

#include <vector>

/// The whole decision on one input: whose are its commands, what was said about consent, what waits
/// and what is released. One sequential core per tenant, one append (rules 2, 7,
/// 9).
namespace tidemark::domain {

/// - What a connector reads (`translation`): identity, parking and consent events, and exactly one
///   `webhook.interpreted`. A page of a system's list that would lead to more than one append can
///   hold is quarantined whole.
/// - A request of an operator or program, and a time that has come: the same.
/// - A vendor's answer: identity hears of it (see identity.hpp); commands that waited for the
/// record
///   are released. Possibly nothing.
std::vector<TaggedEvent> interpret(const events::Event& input, const Translation* translation,
                                   const InterpreterContext& context);

/// Is it about a record that nobody is known by, and names no address either? Whose it is may stand
/// in an older input that is not decided yet: the answer to the create that made the record.
bool names_nobody_known(const Translation& translation, const InterpreterContext& context);

/// Whose translation reads the input; null for inputs that none reads.
const ConnectorName* connector_behind(const events::Event& input);

/// Where an event of the decision is stored.
StreamName stream_of(const events::Event& event);

} // namespace tidemark::domain
