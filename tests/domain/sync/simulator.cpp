#include "tests/domain/sync/simulator.hpp"

#include "base/text/phone.hpp"
#include "domain/contacts/snapshot.hpp"
#include "domain/evolve.hpp"

namespace tidemark::domain::test {
namespace {

const ContactId person{"c0123456789abcdef0123"};
constexpr std::string_view incarnation = "simulated";
constexpr std::size_t rounds_max = 200; // far more than any run that settles needs

bool is_deliverable(Field field, const std::string& value) {
  return (field != Field::phone && field != Field::email) || value.empty()
         || !identity_key(field, value).empty();
}

} // namespace

std::string PlayedSystem::make_record() {
  current = rule.name.value + "-" + std::to_string(records.size() + 1);
  records[current];
  return current;
}

std::string PlayedSystem::record_for_create(const std::string& phone) {
  if (current.empty())
    return make_record();
  if (!rule.capabilities.phone_is_key)
    return current;
  for (const auto& [id, fields] : records)
    if (fields.get(Field::phone) == phone)
      return current = id;
  return make_record();
}

void PlayedSystem::store(const std::string& id, const FieldSet& fields) {
  for (const auto& [field, value] : fields)
    records[id].set(field, rule.normalise ? rule.normalise(field, value.reveal()) : value.reveal());
  ++changes;
}

ObserveRecord PlayedSystem::webhook(const std::string& id, const FieldSet& stated) {
  ObserveRecord out{rule.name, RemoteId(id), stated, {}, false, false};
  if (has_versions) {
    const auto digits = std::to_string(changes);
    out.source_version = std::string(12 - digits.size(), '0') + digits;
  }
  return out;
}

Simulator::Simulator(SyncRules rules) : rules_(std::move(rules)) {
  for (const auto& rule : rules_.systems) {
    systems_[rule.name].rule = rule;
    lanes_[rule.name];
  }
}

void Simulator::edit(const ConnectorName& name, Field field, const std::string& value, bool whole) {
  auto& system = systems_.at(name);
  now_ += std::chrono::minutes{4}; // people are slow: no flapping
  const auto& can = system.rule.capabilities;
  FieldSet change{{field, value}};
  if (system.current.empty()) {
    system.make_record();
    whole = true;
    if (can.required.has(Field::phone) && !is_e164(change.get(Field::phone)))
      change.set(Field::phone, "+12025550109");
  } else if (can.unchangeable.has(field)) {
    return;
  }
  system.store(system.current, change);
  const auto& record = system.records.at(system.current);
  FieldSet stated{{field, record.get(field)}};
  system.webhooks.push_back(system.webhook(system.current, whole ? record : stated));
}

Cause Simulator::next_cause() {
  now_ += std::chrono::seconds{1};
  return {Position{++position_}, 0, now_, incarnation};
}

void Simulator::record(const std::vector<events::Event>& events, Position cause) {
  for (const auto& event : events) {
    events::Recorded recorded{{}, event};
    recorded.envelope.position = Position{++position_};
    recorded.envelope.recorded_at = now_;
    recorded.envelope.correlation = cause;
    evolve(contact_, event, now_);
    for (auto& [name, lane] : lanes_)
      evolve(lane, recorded, name);
    log_.push_back({event, now_});
  }
}

bool Simulator::receive(const ConnectorName& name) {
  auto& system = systems_.at(name);
  if (system.webhooks.empty())
    return false;
  ++traffic_;
  const auto command = system.webhooks.front();
  system.webhooks.pop_front();
  const auto cause = next_cause();
  auto events = decide(contact_, command, {person, rules_, cause});
  decisions_.push_back({log_.size(), command, cause, events});
  record(events, cause.position);
  return true;
}

RemoteId Simulator::take_effect(PlayedSystem& system, const events::DeliveryIntended& intent) {
  const auto& can = system.rule.capabilities;
  auto id = intent.remote_id.value.empty() ? system.current : intent.remote_id.value;
  if (intent.operation == events::Operation::create)
    id = system.record_for_create(intent.fields.get(Field::phone));
  if (!system.records.contains(id)) {
    violations_.push_back("an update of a record that does not exist");
    return {};
  }
  const auto* phone = intent.fields.find(Field::phone);
  const auto before = system.records.at(id).get(Field::phone);
  if (can.unchangeable.has(Field::phone) && phone && !before.empty() && before != *phone)
    violations_.push_back("a change of what cannot be changed");
  for (const auto& [field, value] : intent.fields)
    if (can.required.has(field) && value.reveal().empty())
      violations_.push_back("an emptied field that is required");
  system.store(id, intent.fields);
  if (system.echoes)
    system.webhooks.push_back(system.webhook(id, system.records.at(id)));
  return system.tells_id ? RemoteId(id) : RemoteId{};
}

bool Simulator::send(const ConnectorName& target) {
  while (webhooks_are_prompt && receive(target)) {
  }
  auto& lane = lanes_.at(target);
  const auto next = next_delivery(lane);
  if (!next || lane.pending[next->index].dispatched)
    return false;
  ++traffic_;
  const auto cause = next_cause();
  const auto intent = lane.pending[next->index].intent;
  if (is_empty(lane.pending[next->index])) {
    record(suppress(lane, *next, Reason::nothing_left_to_do, cause.position), cause.position);
    return true;
  }
  record(announce(lane, *next, "write", true, "", cause.position), cause.position);
  answers_[target] = take_effect(systems_.at(target), intent);
  return true;
}

bool Simulator::answer(const ConnectorName& target) {
  auto& lane = lanes_.at(target);
  for (const auto& pending : lane.pending)
    if (pending.dispatched) {
      const DeliveryResult delivery_result{DeliveryVerdict::accepted, Reason::none,
                                           answers_.at(target)};
      const auto cause = next_cause();
      record({conclude(lane, pending, delivery_result,
                       {200, Reason::none, true, "", "", 0, "", 5, ""}, cause)},
             cause.position);
      return true;
    }
  return false;
}

bool Simulator::settle() {
  for (std::size_t round = 0; round < rounds_max; ++round) {
    const auto before = traffic_;
    bool answered = false;
    for (const auto& [name, system] : systems_) {
      send(name);
      answered |= answer(name);
    }
    for (const auto& [name, system] : systems_)
      receive(name);
    if (!answered && traffic_ == before)
      return true;
  }
  return false;
}

std::string Simulator::difference() const {
  const auto& merged = contact_.merged;
  const bool found = !identity_key(Field::phone, merged.get(Field::phone)).empty()
                     || !identity_key(Field::email, merged.get(Field::email)).empty();
  if (!found)
    return "";
  for (const auto& [name, system] : systems_) {
    const auto& can = system.rule.capabilities;
    if (system.current.empty()) {
      if (!can.required.has(Field::phone)
          || !identity_key(Field::phone, merged.get(Field::phone)).empty())
        return name.value + " has no record";
      continue;
    }
    for (const auto& [field, pii] : merged) {
      const auto& value = pii.reveal();
      if (!is_deliverable(field, value) || (can.unchangeable.has(field) && value.empty()))
        continue;
      const auto& held = system.records.at(system.current).get(field);
      if (!same_value(&system.rule, field, held, value))
        return name.value + " holds " + std::string(name_of(field)) + " '" + held + "', not '"
               + value + "'";
    }
  }
  return "";
}

std::string Simulator::replay_difference() const {
  Contact contact;
  auto decision = decisions_.begin();
  for (std::size_t i = 0; i <= log_.size(); ++i) {
    for (; decision != decisions_.end() && decision->first == i; ++decision)
      if (decide(contact, decision->command, {person, rules_, decision->cause}) != decision->events)
        return "decision " + std::to_string(decision - decisions_.begin()) + " differs";
    if (i < log_.size())
      evolve(contact, log_[i].event, log_[i].at);
    if (from_snapshot(snapshot_of(contact)) != contact)
      return "a snapshot differs after event " + std::to_string(i);
  }
  return contact == contact_ ? "" : "the folded contact differs";
}

} // namespace tidemark::domain::test
