#include "domain/contacts/plan.hpp"

#include "domain/contacts/records.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

bool is_coming(const Contact& contact, const ConnectorName& system) {
  return std::any_of(contact.open.begin(), contact.open.end(), [&](const auto& open) {
    return open.target == system && open.operation == events::Operation::create;
  });
}

} // namespace

bool is_waiting(const events::TargetOutcome& outcome) {
  return outcome.outcome == events::Outcome::parked
         && outcome.reason_code == Reason::waits_for_record;
}

void Plan::add_outcome(const SystemRule& system, events::Outcome outcome, Reason reason,
                       DeliveryId delivery) {
  outcomes.push_back({system.name, outcome, reason, std::move(delivery)});
}

bool Plan::can_take(const SystemRule& system, Lacking lacking) {
  if (!system.receives) {
    skip(system, Reason::target_does_not_receive);
    return false;
  }
  if (live_record(contact, system.name) || is_coming(contact, system.name))
    return true;
  lacking == Lacking::waits ? add_outcome(system, events::Outcome::parked, Reason::waits_for_record)
                            : skip(system, Reason::no_record_there);
  return false;
}

bool Plan::can_reach(const SystemRule& system) const {
  const auto* record = live_record(contact, system.name);
  return system.receives
         && ((record && !record->remote_id.value.empty()) || is_coming(contact, system.name));
}

events::ActionIntended Plan::action(const SystemRule& system, events::Action action) const {
  events::ActionIntended out;
  out.contact = id;
  out.target = system.name;
  out.action = action;
  if (const auto* record = live_record(contact, system.name))
    out.remote_id = record->remote_id;
  out.context = contact.merged;
  return out;
}

events::ActionIntended Plan::action_on(const SystemRule& system, events::Action action,
                                       const ContactRecord& record) const {
  auto out = this->action(system, action);
  out.remote_id = record.remote_id;
  for (const auto key : {events::Field::phone, events::Field::email})
    record.held.has_value(key) ? out.context.set(key, record.held.get(key))
                               : out.context.erase(key);
  return out;
}

DeliveryId Plan::next_id(const SystemRule& system) {
  const auto& name = system.name.value;
  return delivery_id_from(
      cause, series_.empty() ? system.name : ConnectorName(name + "/" + std::string(series_)),
      intended_++);
}

void Plan::intend(const SystemRule& system, events::ActionIntended intent) {
  intent.delivery = next_id(system);
  add_outcome(system, events::Outcome::pending, reason_like(intent.action), intent.delivery);
  events.emplace_back(std::move(intent));
}

void Plan::intend(const SystemRule& system, events::DeliveryIntended intent) {
  intent.delivery = next_id(system);
  intent.contact = id;
  intent.target = system.name;
  add_outcome(system, events::Outcome::pending, reason_like(intent.operation), intent.delivery);
  events.emplace_back(std::move(intent));
}

} // namespace tidemark::domain
