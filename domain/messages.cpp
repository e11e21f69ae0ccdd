#include "domain/messages.hpp"

#include "domain/contact.hpp"

namespace tidemark::domain {

std::vector<events::Event> decide_message(const Contact&, const ObserveMessage& command,
                                          const ContactId&, const SyncRules&, const Cause&) {
  return {events::MessageObserved{command.message, events::Outcome::applied, "recorded", {}, {}}};
}

void evolve(MessageBook&, const events::MessageObserved&) {}
void evolve(MessageBook&, const events::ActionIntended&) {}
void evolve(MessageBook&, const events::ActionAccepted&) {}

} // namespace tidemark::domain
