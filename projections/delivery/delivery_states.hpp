#pragma once
#include "base/overloaded.hpp"
#include "events/all.hpp"

#include <optional>
#include <string_view>

namespace tidemark::projections {

/// What a delivery event says about its delivery, in one form for every type. Views into the event.
struct DeliveryFact {
  std::string_view delivery;
  std::string_view state; ///< the public word, docs/api.md
  Reason reason_code = Reason::none;
  std::uint32_t attempt = 0; ///< 0: the event does not say
  std::uint32_t http_status = 0;
  Reason transport = Reason::none; ///< why no answer came, none when one did or nothing was asked
  std::optional<Timestamp> not_before;
  std::string_view remote_id;
  std::string_view by;                      ///< the delivery that superseded it
  std::string_view detail{};                ///< what the reason is about
  const events::Refusal* refused = nullptr; ///< what the vendor says is wrong, in its own words
  bool action = false;                      ///< an action was done, not values written
  bool forwarded = false; ///< a body that went on was received, which proves no more than that
  bool read_back = false; ///< an accepted action was looked at afterwards and is so
};

/// Nothing for events that conclude nothing about a delivery.
inline std::optional<DeliveryFact> delivery_fact(const events::Event& event) {
  const auto of = [](const events::AnswerFacts& facts, std::string_view state) {
    DeliveryFact fact;
    fact.delivery = facts.delivery.value;
    fact.state = state;
    fact.reason_code = facts.reason_code;
    fact.detail = facts.detail;
    fact.refused = facts.refused ? &*facts.refused : nullptr;
    fact.attempt = facts.attempt;
    fact.http_status = facts.answer.http_status;
    fact.transport = facts.answer.transport;
    return fact;
  };
  using Fact = std::optional<DeliveryFact>;
  return std::visit(
      overloaded{
          [&](const events::DeliveryAccepted& e) -> Fact {
            auto fact = of(e.facts, "accepted");
            fact.remote_id = e.remote_id.value;
            fact.forwarded = e.fields.empty() && e.remote_id.value.empty();
            return fact;
          },
          [&](const events::ActionAccepted& e) -> Fact {
            auto fact = of(e.facts, "accepted");
            fact.action = true;
            fact.read_back = e.read_back;
            return fact;
          },
          [&](const events::DeliveryRejected& e) -> Fact { return of(e.facts, "rejected"); },
          [&](const events::DeliveryDied& e) -> Fact { return of(e.facts, "dead"); },
          [&](const events::DeliveryUnknown& e) -> Fact {
            auto fact = of(e.facts, "unknown");
            fact.not_before = e.not_before;
            return fact;
          },
          [&](const events::DeliveryRetryScheduled& e) -> Fact {
            auto fact = of(e.facts, "retrying");
            fact.not_before = e.not_before;
            return fact;
          },
          [](const events::DeliverySuperseded& e) -> Fact {
            DeliveryFact fact;
            fact.delivery = e.delivery.value;
            fact.state = "superseded";
            fact.reason_code = Reason::newer_intent;
            fact.by = e.by.value;
            return fact;
          },
          [](const events::DeliverySuppressed& e) -> Fact {
            DeliveryFact fact;
            fact.delivery = e.delivery.value;
            fact.state = "suppressed";
            fact.reason_code = e.reason_code;
            return fact;
          },
          [](const auto&) -> Fact { return std::nullopt; },
      },
      event);
}

/// Stored types for which `delivery_fact` gives something.
inline bool concludes_delivery(std::string_view type) {
  return type == events::DeliveryAccepted::name || type == events::ActionAccepted::name
         || type == events::DeliveryRejected::name || type == events::DeliveryDied::name
         || type == events::DeliveryUnknown::name || type == events::DeliveryRetryScheduled::name
         || type == events::DeliverySuperseded::name || type == events::DeliverySuppressed::name;
}

} // namespace tidemark::projections
