#pragma once
#include "domain/delivery/delivery.hpp"
#include "tests/domain/sync/systems.hpp"

namespace tidemark::domain::test {

inline constexpr Timestamp start{std::chrono::hours{24 * 365 * 50}};

/// One lane and the log that it is folded from.
struct Lane {
  DeliveryQueue lane;
  std::uint64_t position = 0;

  void happened(const events::Event& event) {
    events::Recorded recorded{{}, event};
    recorded.envelope.position = Position{++position};
    recorded.envelope.recorded_at = start;
    evolve(lane, recorded, hub);
  }
  void intended(const std::string& id, FieldSet fields,
                events::Operation operation = events::Operation::update) {
    events::DeliveryIntended e;
    e.delivery = DeliveryId(id);
    e.contact = jane;
    e.target = hub;
    e.operation = operation;
    e.fields = std::move(fields);
    happened(e);
  }
  void dispatch() {
    for (const auto& event : announce(lane, *next_delivery(lane), "write", true, "", Position{}))
      happened(event);
  }
  events::Event conclude_with(DeliveryVerdict verdict, const std::string& retry_after = "",
                              const std::string& id = "") const {
    const auto& p = lane.pending[next_delivery(lane)->index];
    return conclude(lane, p, {verdict, Reason::vendor_failed, RemoteId(id)},
                    {503, Reason::none, true, retry_after, "", 0, "", 250, ""},
                    {Position{position}, 0, start, "test"});
  }
  void answered(DeliveryVerdict verdict) { happened(conclude_with(verdict)); }
};

} // namespace tidemark::domain::test
