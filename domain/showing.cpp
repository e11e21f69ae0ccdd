#include "domain/showing.hpp"

#include "domain/observation.hpp"

#include <algorithm>

namespace tidemark::domain {

void Showing::say(const SystemRule& system, events::Outcome outcome, std::string reason,
                  DeliveryId delivery) {
  outcomes.push_back({system.name, outcome, std::move(reason), std::move(delivery)});
}

bool Showing::can_take(const SystemRule& system) {
  if (!system.receives) {
    say(system, events::Outcome::skipped, "target_does_not_receive");
    return false;
  }
  const bool coming = std::any_of(contact.open.begin(), contact.open.end(), [&](const auto& open) {
    return open.target == system.name && open.operation == events::Operation::create;
  });
  if (live_record(contact, system.name) || coming)
    return true;
  say(system, events::Outcome::skipped, "no_record_there");
  return false;
}

events::ActionIntended Showing::action(const SystemRule& system, events::Action action) const {
  events::ActionIntended out;
  out.contact = id;
  out.target = system.name;
  out.action = action;
  if (const auto* record = live_record(contact, system.name))
    out.remote_id = record->remote_id;
  out.context = contact.merged;
  return out;
}

void Showing::intend(const SystemRule& system, events::ActionIntended intent) {
  intent.delivery = delivery_id_from(cause, ConnectorName(system.name.value + "/activity"),
                                     static_cast<std::uint32_t>(intents.size()));
  say(system, events::Outcome::pending, std::string(name_of_enum(intent.action)), intent.delivery);
  intents.push_back(std::move(intent));
}

} // namespace tidemark::domain
