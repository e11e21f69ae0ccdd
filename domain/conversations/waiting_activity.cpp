#include "domain/conversations/waiting_activity.hpp"

#include "domain/contacts/state.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"

#include <algorithm>

namespace tidemark::domain {

void show_waiting(Plan& plan) {
  plan.begin("waiting");
  show_waiting_calls(plan);
  show_waiting_messages(plan);
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
