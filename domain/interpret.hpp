#pragma once
#include "domain/consent/suppression.hpp"
#include "domain/identity/identity.hpp"
#include "domain/identity/parking.hpp"
#include "domain/rules/rules.hpp"

#include <optional>
#include <set>
#include <vector>

/// The whole decision on one input: whose are its commands, what was said about consent, what waits
/// and what is released. One sequential core per tenant, one append (rules 2, 7,
/// 9).
namespace tidemark::domain {

/// What the log says, and what this decision has already written on top.
class InterpreterFacts : public IdentityFacts {
public:
  /// Folded from the address's `consent.changed` events.
  virtual ConsentState consent_of(const Hash16& address) const = 0;
  /// Contacts whose cards have claimed the address, which another one owns; some may do so no more.
  virtual std::set<ContactId> claimants_of(const Hash16& address) const = 0;
  /// Commands that wait under the tag.
  virtual std::vector<ParkedCommand> parked_under(const events::Tag& tag) const = 0;
};

/// What the decision needs besides its input.
struct InterpreterContext {
  const TenantId& tenant;
  const KeyedHasher& hasher;
  const InterpreterFacts& facts;
  const Cause& cause;
  const SyncRules& rules;
};

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

/// The `webhook.interpreted` in a decision; null when there is none.
const events::WebhookInterpreted* interpreted_in(const std::vector<TaggedEvent>& decision);

/// Where an event of the decision is stored.
StreamName stream_of(const events::Event& event);

/// What else of a decision its commands are made of, as it is found in the log: in its events, and
/// in its input where that is an answer.
struct DecisionParts {
  std::vector<events::ConsentChanged> changes; ///< in order
  std::optional<GiveRecords> giving;           ///< of a merge or unmerge
  ContactId giver;                             ///< who gives
  std::optional<events::RecordsGiven> given;   ///< once the giver has decided
  std::optional<ObserveRecord> found;          ///< record that the answer, its input, came upon
  events::History history;                     ///< given with them
  events::Standing standing;                   ///< given with them
  void add(const events::Event& event);
};

/// A command of a decision, found again: `translated` are the commands of the input that it names.
/// Null: today's translation does not find it, or it has to wait for one before it.
std::optional<Command> command_of(const events::AssignedCommand& assigned,
                                  const std::vector<Command>& translated,
                                  const DecisionParts& parts);

} // namespace tidemark::domain
