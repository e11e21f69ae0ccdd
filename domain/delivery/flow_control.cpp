#include "domain/delivery/flow_control.hpp"

namespace tidemark::domain {

void learn_from(RateBudget& budget, const LimitSignal& answer, std::uint64_t out,
                std::uint64_t taken_before, Timestamp now) {
  if (answer.stated)
    budget.learn(*answer.stated, out, taken_before, now);
  if (answer.status == 429)
    budget.refused(answer.retry_after, now);
  else if (answer.status >= 200 && answer.status < 500)
    budget.passed();
}

FlowControl::FlowControl(ConnectorName target, double requests_per_second, double burst,
                         BreakerRules breaker)
    : target_(std::move(target)), breaker_(breaker), refused_pause_(breaker.pause) {
  budget_.set(requests_per_second, burst);
}

void FlowControl::set_pause(Position read_to, std::optional<Pause> pause) {
  pause_read_to_ = read_to;
  pause_ = std::move(pause);
}

void FlowControl::set_suspension(Position read_to, std::optional<Pause> suspension) {
  suspension_read_to_ = read_to;
  suspension_ = std::move(suspension);
}

void FlowControl::tick(Timestamp now) {
  now_ = now;
  budget_.refill(now);
}

bool FlowControl::lets(bool opt_out, std::size_t busy) const {
  if ((pause_ && (!opt_out || pause_->hold_opt_outs)) || (suspension_ && !opt_out))
    return false;
  if (refused_ && (busy > 0 || now_ < refused_at_ + refused_pause_))
    return false;
  return breaker_.allows(now_, opt_out, busy);
}

void FlowControl::set_refused(bool refused) {
  if (refused && !refused_)
    refused_at_ = now_;
  refused_ = refused;
}

RequestGrant FlowControl::takes(Turn turn, std::size_t busy) {
  if (!lets(turn != Turn::other, busy) || !budget_.take(turn == Turn::opt_out))
    return {};
  return RequestGrant(budget_);
}

bool FlowControl::lets_page(std::size_t open) const {
  const auto circuit = breaker_.state(now_);
  return (!pause_ || pause_->lets_look) && !suspension_ && circuit != CircuitState::open
         && (circuit != CircuitState::half_open || open == 0);
}

bool FlowControl::takes_page(std::size_t open) {
  if (!lets_page(open) || !budget_.take())
    return false;
  budget_.sent();
  return true;
}

std::uint64_t FlowControl::sending() {
  if (breaker_.state(now_) != CircuitState::closed)
    breaker_.probing(now_);
  refused_at_ = now_;
  return budget_.taken();
}

std::optional<events::Event> FlowControl::on_response(const LimitSignal& limits, std::size_t out,
                                                      std::uint64_t taken_before) {
  learn_from(budget_, limits, out, taken_before, now_);
  const auto budget = budget_.status();
  if (!budget.day_used_up || now_ < day_noted_until_)
    return std::nullopt;
  day_noted_until_ = budget.until.value_or(now_);
  return events::DailyLimitReached{target_, budget.stated.day_limit.value_or(0), day_noted_until_};
}

std::optional<events::Event> FlowControl::on_outcome(HealthSignal sign, Reason reason_code,
                                                     const ContactId& contact) {
  switch (breaker_.on_outcome(sign, contact, now_)) {
  case CircuitBreaker::Change::opened:
    return events::CircuitOpened{target_, reason_code, breaker_.failures(), breaker_.probe_at()};
  case CircuitBreaker::Change::closed:
    return events::CircuitClosed{target_};
  case CircuitBreaker::Change::none:
    break;
  }
  return std::nullopt;
}

/// It says nothing of a circuit that is closed: deliveries may fail where the list works.
std::optional<events::Event> FlowControl::on_page(const LimitSignal& limits, HealthSignal sign,
                                                  std::size_t out, std::uint64_t taken_before) {
  learn_from(budget_, limits, out, taken_before, now_);
  if (breaker_.state(now_) == CircuitState::closed)
    return std::nullopt;
  return on_outcome(sign, {}, {});
}

void FlowControl::describe(ConnectorReport& report) const {
  report.pause = pause_ ? pause_ : suspension_;
  report.circuit = breaker_.state(now_);
  report.circuit_since = breaker_.since();
  if (report.circuit != CircuitState::closed)
    report.probe_at = breaker_.probe_at();
  report.budget = budget_.status();
}

} // namespace tidemark::domain
