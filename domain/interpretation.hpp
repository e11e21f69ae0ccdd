#pragma once
#include "domain/consent.hpp"
#include "domain/identity.hpp"

#include <span>

/// The whole decision on one input: whose are its commands, what was said about consent, what waits
/// and what is released. One sequential core per tenant, one append (architecture.md rules 2, 7,
/// 9).
namespace tidemark::domain {

/// A command that waits under a key.
struct ParkedCommand {
  Position input;
  std::uint32_t index = 0; ///< place among the input's commands
  std::string kind;
};

/// What the log says, and what this decision has already written on top.
class InterpreterFacts : public IdentityFacts {
public:
  /// Folded from the address's `consent.changed` events.
  virtual ConsentState consent_of(const Hash16& address) const = 0;
  /// Commands that wait under the key since it was last released.
  virtual std::vector<ParkedCommand> parked_under(const Hash16& key) const = 0;
};

/// What the decision needs besides its input.
struct InterpreterContext {
  const TenantId& tenant;
  const KeyedHasher& hasher;
  const InterpreterFacts& facts;
  const Cause& cause;
};

/// Identity, parking and consent events, and exactly one `webhook.interpreted`.
std::vector<TaggedEvent> interpret(const Translation& translation, const ConnectorName& connector,
                                   const InterpreterContext& context);

/// The same for a page of a system's list. When it would lead to more than one append can hold, the
/// whole page is quarantined.
std::vector<TaggedEvent> interpret_page(const Translation& translation,
                                        const ConnectorName& connector,
                                        const InterpreterContext& context);

/// The same for a request of an operator or program.
std::vector<TaggedEvent> interpret_request(const events::ConsentRequested& request,
                                           const InterpreterContext& context);

/// Identity hears of a vendor's answer (see identity.hpp); commands that waited for the record are
/// released.
std::vector<TaggedEvent> interpret_answer(const events::Event& answer,
                                          const InterpreterContext& context);

/// The `webhook.interpreted` in a decision; null when there is none.
const events::WebhookInterpreted* interpreted_in(const std::vector<TaggedEvent>& decision);

/// Where an event of the decision is stored.
StreamName stream_of(const events::Event& event);

/// A command of a decision, found again: `translated` are the commands of the input that it names,
/// `changes` the consent changes of the same decision, in order. Null: today's translation does not
/// find it.
std::optional<Command> command_of(const events::AssignedCommand& assigned,
                                  const std::vector<Command>& translated,
                                  std::span<const events::ConsentChanged> changes);

} // namespace tidemark::domain
