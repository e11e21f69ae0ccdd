#pragma once
#include "domain/decide.hpp"
#include "domain/evolve.hpp"
#include "tests/domain/sync/systems.hpp"

#include <gtest/gtest.h>

/// given(rules).after(...).when(observation): one decision on a contact with a past.
namespace tidemark::domain::test {

/// What a system says about its record r-1.
inline ObserveRecord says(const ConnectorName& system, FieldSet fields,
                          const std::string& version = "") {
  return {system, RemoteId("r-1"), std::move(fields), version, false, false};
}

/// One decision's events, with shortcuts to what tests ask.
struct Decided {
  std::vector<events::Event> events;

  const events::ContactObserved& observed() const {
    return std::get<events::ContactObserved>(events.front());
  }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& event : events)
      if (const auto* found = std::get_if<T>(&event))
        out.push_back(*found);
    return out;
  }
  /// `applied`, or `skipped(reason)`: the outcome for the source or for a target.
  std::string outcome() const { return text(observed().outcome, observed().reason_code); }
  std::string outcome(const ConnectorName& target) const {
    for (const auto& t : observed().targets)
      if (t.target == target)
        return text(t.outcome, t.reason_code);
    return "none";
  }
  FieldSet changed() const {
    const auto changes = all<events::ContactChanged>();
    return changes.empty() ? FieldSet{} : changes.front().fields;
  }
  /// The intent towards a system; an empty one when there is none.
  events::DeliveryIntended intent(const ConnectorName& target) const {
    for (const auto& intent : all<events::DeliveryIntended>())
      if (intent.target == target)
        return intent;
    return {};
  }

private:
  static std::string text(events::Outcome outcome, Reason reason) {
    const std::string word(events::name_of_enum(outcome));
    return reason == Reason::none ? word : word + "(" + std::string(name_of(reason)) + ")";
  }
};

class given {
public:
  explicit given(SyncRules rules) : rules_(std::move(rules)) {}
  /// Decides and records; every decision is checked to be repeatable and never empty.
  Decided when(const Command& command) {
    now_ += std::chrono::seconds{1};
    const Cause cause{Position{++position_}, 0, now_, "test"};
    const auto id = who_decides(command);
    Decided decided{decide(contact_, command, {id, rules_, cause})};
    EXPECT_FALSE(decided.events.empty());
    EXPECT_EQ(decide(contact_, command, {id, rules_, cause}), decided.events);
    for (const auto& event : decided.events)
      evolve(contact_, event, now_);
    return decided;
  }
  given& after(const Command& command) {
    when(command);
    return *this;
  }
  given& happened(const events::Event& event) {
    evolve(contact_, event, now_);
    return *this;
  }
  /// The intent leaves; its answer is still out.
  given& dispatched(const events::DeliveryIntended& intent) {
    events::DeliveryDispatched e;
    e.delivery = intent.delivery;
    return happened(e);
  }
  /// `date` is what the vendor's clock says.
  given& accepted(const events::DeliveryIntended& intent, const std::string& id = "r-1",
                  const std::string& date = "") {
    events::DeliveryAccepted e;
    e.facts.delivery = intent.delivery;
    e.facts.answer.date = date;
    e.contact = jane;
    e.target = intent.target;
    e.remote_id = RemoteId(id);
    e.fields = intent.fields;
    e.replaces = intent.replaces;
    return happened(e);
  }
  /// Everything that was intended is taken at once.
  given& settled(const Decided& decided) {
    for (const auto& intent : decided.all<events::DeliveryIntended>())
      dispatched(intent).accepted(intent);
    return *this;
  }
  given& wait(std::chrono::seconds time) {
    now_ += time;
    return *this;
  }
  const Contact& contact() const { return contact_; }
  SyncRules& rules() { return rules_; }

private:
  /// Whoever gives records to Jane, or takes hers, is somebody else.
  static ContactId who_decides(const Command& command) {
    const auto* gives = std::get_if<ReleaseRecords>(&command);
    const auto* takes = std::get_if<AdoptRecords>(&command);
    const bool with_jane = (gives && gives->to == jane) || (takes && takes->from == jane);
    return with_jane ? ContactId("c9999999999999999999") : jane;
  }

  SyncRules rules_;
  Contact contact_;
  Timestamp now_{std::chrono::hours{24 * 365 * 50}};
  std::uint64_t position_ = 0;
};

} // namespace tidemark::domain::test
