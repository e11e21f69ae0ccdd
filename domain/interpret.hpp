#pragma once
#include "domain/intake/facts.hpp"
#include "domain/rules/command.hpp"

#include <optional>
#include <vector>

/// The whole decision on one input: whose are its commands, what was said about consent, what waits
/// and what is released. One sequential core per tenant, one append (rules 2, 7,
/// 9).
namespace tidemark::domain {

/// Identity, parking and consent events, and exactly one `webhook.interpreted`.
std::vector<TaggedEvent> interpret(const Translation& translation, const ConnectorName& connector,
                                   const InterpreterContext& context);

/// The same for a page of a system's list. When it would lead to more than one append can hold, the
/// whole page is quarantined.
std::vector<TaggedEvent> interpret_page(const Translation& translation,
                                        const ConnectorName& connector,
                                        const InterpreterContext& context);

/// The same for a request of an operator or program, and for a time that has come. Nothing when the
/// input is none of these.
std::optional<std::vector<TaggedEvent>> interpret_request(const events::Event& input,
                                                          const InterpreterContext& context);

/// Identity hears of a vendor's answer (see identity.hpp); commands that waited for the record are
/// released.
std::vector<TaggedEvent> interpret_answer(const events::Event& answer,
                                          const InterpreterContext& context);

/// Where an event of the decision is stored.
StreamName stream_of(const events::Event& event);

} // namespace tidemark::domain
