#include "domain/conversations/waiting_activity.hpp"

#include "domain/contacts/outbound_actions.hpp"
#include "domain/contacts/state.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"

#include <algorithm>

namespace tidemark::domain {

std::vector<events::Event> show_waiting(const Contact& after, const ContactId& id,
                                        const SyncRules& rules, const Cause& cause,
                                        std::vector<events::TargetOutcome>& outcomes) {
  OutboundActions outbound{after, id, rules, cause, outcomes, {}, "waiting"};
  show_waiting_calls(outbound);
  show_waiting_messages(outbound);
  std::vector<events::Event> out;
  for (auto& intent : outbound.intents)
    out.emplace_back(std::move(intent));
  return out;
}

bool owes_anything(const Contact& contact) {
  const auto& calls = contact.calls.calls;
  const auto& messages = contact.messages.waiting;
  return std::any_of(calls.begin(), calls.end(),
                     [](const auto& call) { return !call.waiting.empty(); })
         || std::any_of(messages.begin(), messages.end(),
                        [](const auto& message) { return message.delivery.value.empty(); });
}

} // namespace tidemark::domain
