#include "domain/conversations/waiting_activity.hpp"

#include "domain/contacts/outbound_actions.hpp"
#include "domain/contacts/state.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"

#include <algorithm>

namespace tidemark::domain {

std::vector<events::Event> show_owed(const Contact& after, const ContactId& id,
                                     const SyncRules& rules, const Cause& cause,
                                     std::vector<events::TargetOutcome>& outcomes) {
  Showing showing{after, id, rules, cause, outcomes, {}, "owed"};
  show_owed_calls(showing);
  show_owed_messages(showing);
  std::vector<events::Event> out;
  for (auto& intent : showing.intents)
    out.emplace_back(std::move(intent));
  return out;
}

bool owes_anything(const Contact& contact) {
  const auto& calls = contact.calls.calls;
  const auto& messages = contact.messages.owed;
  return std::any_of(calls.begin(), calls.end(),
                     [](const auto& call) { return !call.owed.empty(); })
         || std::any_of(messages.begin(), messages.end(),
                        [](const auto& message) { return message.delivery.value.empty(); });
}

} // namespace tidemark::domain
