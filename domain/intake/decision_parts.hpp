#pragma once
#include "domain/identity/identity.hpp"
#include "domain/rules/command.hpp"
#include "events/all.hpp"

#include <optional>
#include <vector>

/// What is found again in a recorded decision on an input.
namespace tidemark::domain {

/// The `webhook.interpreted` in a decision; null when there is none.
const events::WebhookInterpreted* interpreted_in(const std::vector<TaggedEvent>& decision);

/// What else of a decision its commands are made of, as it is found in the log: in its events, and
/// in its input where that is an answer.
struct DecisionParts {
  std::vector<events::ConsentChanged> changes;  ///< in order
  std::optional<ReleaseRecords> giving;         ///< of a merge or unmerge
  ContactId giver;                              ///< who gives
  std::optional<events::RecordsReleased> given; ///< once the giver has decided
  std::optional<ObserveRecord> found;           ///< record that the answer, its input, came upon
  std::optional<RetryDelivery> retry;           ///< as its input asks for it
  events::History history;                      ///< given with them
  events::Memberships memberships;              ///< given with them
  void add(const events::Event& event);
};

/// A command of a decision, found again: `translated` are the commands of the input that it names.
/// Null: today's translation does not find it, or it has to wait for one before it.
std::optional<Command> command_of(const events::AssignedCommand& assigned,
                                  const std::vector<Command>& translated,
                                  const DecisionParts& parts);

} // namespace tidemark::domain
