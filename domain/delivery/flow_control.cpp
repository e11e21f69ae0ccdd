#include "domain/delivery/flow_control.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

/// So many answers are needed before their failures say something.
constexpr std::uint64_t step_answers_min = 20;
constexpr std::uint64_t step_failures_share = 20; ///< one in so many is the most

bool holds(const std::optional<Pause>& pause, bool opt_out) {
  return pause && (!opt_out || pause->hold_opt_outs);
}

} // namespace

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
    : target_(std::move(target)), per_second_(requests_per_second), burst_(burst),
      breaker_(breaker), refused_pause_(breaker.pause) {
  set_budget();
}

void FlowControl::set_pace(double requests_per_second, double burst, BreakerRules breaker) {
  per_second_ = requests_per_second;
  burst_ = burst;
  breaker_.set(breaker);
  refused_pause_ = breaker.pause;
  set_budget();
}

void FlowControl::set_budget() {
  const auto share = percent_ / 100.0;
  budget_.set(per_second_ * share, percent_ == 100 ? burst_ : std::max(1.0, burst_ * share));
}

void FlowControl::inherit(const RateBudget& budget) {
  budget_ = budget;
  set_budget();
}

void FlowControl::set_pause(Position read_to, std::optional<Pause> pause) {
  pause_read_to_ = read_to;
  pause_ = std::move(pause);
  step_answers_ = step_failures_ = 0;
}

void FlowControl::set_stop(Position read_to, std::optional<Pause> stop, std::uint32_t percent) {
  stop_read_to_ = read_to;
  stop_ = std::move(stop);
  percent_ = std::clamp(percent, 1U, 100U);
  step_answers_ = step_failures_ = 0;
  set_budget();
}

std::size_t FlowControl::busy_max(std::size_t concurrency, bool opt_out) const {
  return opt_out ? concurrency : std::max<std::size_t>(1, concurrency * percent_ / 100);
}

bool FlowControl::take_fall_back() {
  const bool many =
      step_answers_ >= step_answers_min && step_failures_ * step_failures_share > step_answers_;
  if (many)
    step_answers_ = step_failures_ = 0;
  return many;
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
  if (holds(pause_, opt_out) || holds(stop_, opt_out) || holds(suspension_, opt_out))
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
  return (!stop_ || stop_->lets_look) && !suspension_ && !pause_ && circuit != CircuitState::open
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
  if (percent_ < 100 && sign != HealthSignal::nothing) {
    ++step_answers_;
    step_failures_ += sign == HealthSignal::fails ? 1 : 0;
  }
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

events::ConnectorPaused fallen_back(const ConnectorName& target) {
  events::ConnectorPaused out;
  out.connector = target;
  out.reason = "more than 5 % of its answers failed while sending went on in part";
  out.by = "tidemark";
  return out;
}

void FlowControl::describe(ConnectorReport& report) const {
  report.pause = stop_ ? stop_ : pause_ ? pause_ : suspension_;
  if (stop_ && pause_)
    report.pause->hold_opt_outs |= pause_->hold_opt_outs;
  report.percent = percent_;
  report.circuit = breaker_.state(now_);
  report.circuit_since = breaker_.since();
  if (report.circuit != CircuitState::closed)
    report.probe_at = breaker_.probe_at();
  report.budget = budget_.status();
}

} // namespace tidemark::domain
