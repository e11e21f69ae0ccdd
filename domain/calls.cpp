#include "domain/calls.hpp"

#include "domain/contact.hpp"

namespace tidemark::domain {

std::vector<events::Event> decide_call(const Contact&, const ObserveCall& command, const ContactId&,
                                       const SyncRules&, const Cause&) {
  return {
      events::CallObserved{command.call, command.part, events::Outcome::applied, "recorded", {}}};
}

void evolve(CallBook&, const events::CallObserved&) {}
void evolve(CallBook&, const events::ActionIntended&) {}
void evolve(CallBook&, const events::ActionAccepted&) {}

} // namespace tidemark::domain
