#include "actors/connector/flow_control.hpp"

#include "domain/delivery/retry.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::actors {

void apply_limits(const Destination& destination, const connectors::HttpAnswer& answer,
                  std::size_t out, std::uint64_t taken_before, Timestamp now) {
  if (const auto read = destination.configured.connector->stated_limits)
    destination.limit->learn(read(answer, now), out, taken_before, now);
  if (answer.status == 429)
    destination.limit->refused(domain::parse_retry_after(answer.retry_after, now), now);
  else if (answer.status >= 200 && answer.status < 500)
    destination.limit->passed();
}

Status FlowControl::start(const TenantContext& context, const ConnectorName& target) {
  context_ = &context;
  target_ = target;
  destination_ = &context.destinations.at(target);
  destination_->limit->set(destination_->requests_per_second,
                           static_cast<double>(destination_->burst));
  breaker_ = domain::CircuitBreaker(destination_->breaker);
  if (auto read = read_circuit(); !read)
    return read;
  return poll();
}

/// Whoever starts while it stands open begins with a probe.
Status FlowControl::read_circuit() {
  const auto tag = storage::stream_tag(events::flow_stream(target_));
  constexpr std::size_t all = SIZE_MAX; // two events an outage
  TRY(positions, context_->log().tagged(context_->tenant, tag, {}, all));
  for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
    TRY(said, storage::recorded_event(context_->log(), *at));
    if (std::holds_alternative<events::CircuitClosed>(said.event))
      return Done{};
    if (const auto* opened = std::get_if<events::CircuitOpened>(&said.event)) {
      breaker_.was_open(said.envelope.recorded_at, opened->probe_at);
      return Done{};
    }
  }
  return Done{};
}

Status FlowControl::poll() {
  TRY(newest, context_->log().newest_tagged(
                  context_->tenant, storage::stream_tag(events::connector_stream(target_))));
  return newest == pause_read_to_ ? Status(Done{}) : read_pause(newest);
}

Status FlowControl::read_pause(Position at) {
  TRY(said, storage::recorded_event(context_->log(), at));
  pause_.reset();
  if (const auto* paused = std::get_if<events::ConnectorPaused>(&said.event))
    pause_ = domain::Pause{at, said.envelope.recorded_at, paused->hold_opt_outs, paused->reason,
                           paused->by};
  pause_read_to_ = at;
  return Done{};
}

bool FlowControl::lets(bool opt_out, std::size_t busy) const {
  if (pause_ && (!opt_out || pause_->hold_opt_outs))
    return false;
  return breaker_.allows(now_, opt_out, busy);
}

RequestGrant FlowControl::takes(bool opt_out, std::size_t busy) {
  if (!lets(opt_out, busy) || !destination_->limit->take(opt_out))
    return {};
  return RequestGrant(destination_->limit);
}

void FlowControl::tick(Timestamp now) {
  now_ = now;
  destination_->limit->refill(now);
  // Where no delivery is left to probe with, a list's page is the probe.
  const auto circuit = breaker_.state(now);
  const bool waits =
      circuit == domain::CircuitState::open
      || (circuit == domain::CircuitState::half_open && *destination_->open_deliveries > 0);
  *destination_->held_back = pause_ || waits;
}

std::uint64_t FlowControl::sending() {
  if (breaker_.state(now_) != domain::CircuitState::closed)
    breaker_.probing(now_);
  return destination_->limit->taken();
}

std::optional<events::Event> FlowControl::on_response(const connectors::HttpAnswer& answer,
                                                      std::size_t out, std::uint64_t taken_before) {
  apply_limits(*destination_, answer, out, taken_before, now_);
  const auto budget = destination_->limit->status();
  if (!budget.day_used_up || now_ < day_noted_until_)
    return std::nullopt;
  day_noted_until_ = budget.until.value_or(now_);
  return events::DailyLimitReached{target_, budget.stated.day_limit.value_or(0), day_noted_until_};
}

std::optional<events::Event> FlowControl::on_outcome(domain::HealthSignal sign,
                                                     const std::string& reason_code,
                                                     const ContactId& contact) {
  switch (breaker_.on_outcome(sign, contact, now_)) {
  case domain::CircuitBreaker::Change::opened:
    return events::CircuitOpened{target_, reason_code, breaker_.failures(), breaker_.probe_at()};
  case domain::CircuitBreaker::Change::closed:
    return events::CircuitClosed{target_};
  case domain::CircuitBreaker::Change::none:
    break;
  }
  return std::nullopt;
}

/// A list says nothing of a circuit that is closed: deliveries may fail where it works.
std::optional<events::Event> FlowControl::heard_of_list() {
  const auto sign = destination_->list_sign->exchange(domain::HealthSignal::nothing);
  if (breaker_.state(now_) == domain::CircuitState::closed)
    return std::nullopt;
  return on_outcome(sign, {}, {});
}

storage::TagCondition FlowControl::condition() const {
  return {storage::stream_tag(events::connector_stream(target_)), pause_read_to_};
}

void FlowControl::describe(domain::ConnectorReport& report) const {
  report.tenant = context_->tenant;
  report.connector = target_;
  report.pause = pause_;
  report.circuit = breaker_.state(now_);
  report.circuit_since = breaker_.since();
  if (report.circuit != domain::CircuitState::closed)
    report.probe_at = breaker_.probe_at();
  report.budget = destination_->limit->status();
  report.requests_out = *destination_->requests_out;
  if (destination_->account)
    report.account = destination_->account->status();
}

} // namespace tidemark::actors
