#include "domain/operations/flow_times.hpp"

#include "base/overloaded.hpp"
#include "domain/intake/input_backlog.hpp"
#include "events/format/stream_name.hpp"

namespace tidemark::domain {
namespace {

constexpr std::chrono::minutes part_of_day{10};
constexpr std::chrono::hours day{24};

struct Ending {
  Position intent;
  DeliveryEnd end = DeliveryEnd::accepted;
  bool opt_out = false;
};

std::optional<Ending> ending_of(const events::Event& event) {
  using Found = std::optional<Ending>;
  return std::visit(overloaded{
                        [](const events::DeliveryAccepted& e) -> Found {
                          return Ending{e.facts.intent, DeliveryEnd::accepted};
                        },
                        [](const events::ActionAccepted& e) -> Found {
                          return Ending{e.facts.intent, DeliveryEnd::accepted,
                                        e.action == events::Action::opt_out};
                        },
                        [](const events::DeliveryRejected& e) -> Found {
                          return Ending{e.facts.intent, DeliveryEnd::rejected};
                        },
                        [](const events::DeliveryDied& e) -> Found {
                          return Ending{e.facts.intent, DeliveryEnd::dead};
                        },
                        [](const events::DeliverySuperseded& e) -> Found {
                          return Ending{e.intent, DeliveryEnd::superseded};
                        },
                        [](const events::DeliverySuppressed& e) -> Found {
                          return Ending{e.intent, DeliveryEnd::suppressed};
                        },
                        [](const auto&) -> Found { return std::nullopt; },
                    },
                    event);
}

bool ends_delivery(std::string_view type) {
  return type == events::DeliveryAccepted::name || type == events::ActionAccepted::name
         || type == events::DeliveryRejected::name || type == events::DeliveryDied::name
         || type == events::DeliverySuperseded::name || type == events::DeliverySuppressed::name;
}

void note_consent(Passed& reviews, const events::ConsentChanged& e) {
  if (e.change == events::ConsentChange::review)
    ++reviews.in;
  else if (e.request != Position{})
    ++reviews.out;
}

} // namespace

void RecentLevel::note(Timestamp at, std::chrono::microseconds took) {
  if (parts_.empty() || at - parts_.back().begin >= part_of_day)
    parts_.push_back({at, {}});
  parts_.back().level.note(took);
  while (at - parts_.front().begin >= day)
    parts_.pop_front();
}

ServiceLevel RecentLevel::of_day(Timestamp now) const {
  ServiceLevel out;
  for (const auto& part : parts_)
    if (now - part.begin < day)
      out += part.level;
  return out;
}

bool FlowTimes::wants_header(std::string_view type) {
  return is_contact_decision(type) || type == events::CommandParked::name;
}

bool FlowTimes::wants_event(std::string_view type) {
  return type == events::WebhookInterpreted::name || type == events::ConsentChanged::name
         || ends_delivery(type);
}

void FlowTimes::take(const events::RecordHeader& header, const RecordedAt& recorded_at) {
  const TenantId tenant{std::string(header.tenant)};
  if (header.type == events::CommandParked::name) {
    ++tenants_[tenant].parked.in;
    return;
  }
  if (undecided_.decided(header.cause))
    decided(tenant, header.cause, header.recorded_at, recorded_at);
}

void FlowTimes::take(const events::Recorded& recorded, const RecordedAt& recorded_at) {
  const auto& envelope = recorded.envelope;
  if (const auto* consent = std::get_if<events::ConsentChanged>(&recorded.event))
    note_consent(tenants_[envelope.tenant].reviews, *consent);
  else if (const auto* e = std::get_if<events::WebhookInterpreted>(&recorded.event))
    interpreted(envelope, *e, recorded_at);
  else
    ended(envelope, recorded.event, recorded_at);
}

void FlowTimes::interpreted(const events::Envelope& envelope, const events::WebhookInterpreted& e,
                            const RecordedAt& recorded_at) {
  for (const auto& command : e.commands)
    tenants_[envelope.tenant].parked.out += command.input == Position{} ? 0 : 1;
  if (undecided_.interpreted(e))
    decided(envelope.tenant, e.webhook, envelope.recorded_at, recorded_at);
}

void FlowTimes::decided(const TenantId& tenant, Position input, Timestamp at,
                        const RecordedAt& recorded_at) {
  if (const auto since = recorded_at(input))
    tenants_[tenant].decision.note(at - *since);
}

void FlowTimes::ended(const events::Envelope& envelope, const events::Event& event,
                      const RecordedAt& recorded_at) {
  const auto ending = ending_of(event);
  if (!ending)
    return;
  const ConnectorName target(std::string(events::target_in(envelope.stream.value)));
  auto& flow = tenants_[envelope.tenant].targets[target];
  ++flow.ended[static_cast<std::size_t>(ending->end)];
  if (ending->end == DeliveryEnd::superseded || ending->end == DeliveryEnd::suppressed)
    return; // nobody waits for those
  if (const auto since = recorded_at(ending->intent))
    flow.delivery.note(envelope.recorded_at - *since);
  const auto since = recorded_at(envelope.correlation);
  if (ending->end != DeliveryEnd::accepted || !since)
    return;
  const auto took = envelope.recorded_at - *since;
  flow.arrival.note(took);
  flow.level.note(took);
  flow.recent.note(envelope.recorded_at, took);
  if (ending->opt_out)
    flow.opt_out.note(took);
}

} // namespace tidemark::domain
