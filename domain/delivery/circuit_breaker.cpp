#include "domain/delivery/circuit_breaker.hpp"

#include "domain/delivery/delivery_verdict.hpp"

#include <array>

namespace tidemark::domain {

std::string_view name_of(CircuitState state) {
  static constexpr std::array<std::string_view, 3> names{"closed", "open", "half_open"};
  return names[static_cast<std::size_t>(state)];
}

HealthSignal sign_of(const events::VendorAnswer& answer, Reason reason_code, bool token_refreshed) {
  if (answer.http_status == 0) {
    // Our own end is no word of theirs; an address that we refuse is a fault of the configuration.
    const bool ours = answer.transport == Reason::restart || answer.transport == Reason::stopping;
    return ours ? HealthSignal::nothing : HealthSignal::fails;
  }
  if (answer.http_status >= 500)
    return HealthSignal::fails;
  if (answer.http_status == 408 || answer.http_status == 425 || answer.http_status == 429)
    return HealthSignal::nothing;
  if (token_refreshed)
    return HealthSignal::nothing;
  // Credentials, scopes, payment: the system works, and waits for somebody to mend them.
  const bool refuses_us =
      answer.http_status == 401 || answer.http_status == 402 || answer.http_status == 403;
  return refuses_us && !is_about_content(reason_code) ? HealthSignal::nothing : HealthSignal::works;
}

void CircuitBreaker::was_open(Timestamp since, Timestamp probe_at) {
  closed_ = false;
  since_ = since;
  probe_at_ = probe_at;
  successes_ = 0;
}

CircuitState CircuitBreaker::state(Timestamp now) const {
  if (closed_)
    return CircuitState::closed;
  return now < probe_at_ ? CircuitState::open : CircuitState::half_open;
}

bool CircuitBreaker::allows(Timestamp now, bool opt_out, std::size_t out) const {
  switch (state(now)) {
  case CircuitState::closed:
    return true;
  case CircuitState::half_open:
    return out == 0;
  case CircuitState::open:
    return opt_out && out == 0 && now >= last_probe_ + opt_out_probe_pause;
  }
  return false;
}

CircuitBreaker::Change CircuitBreaker::on_outcome(HealthSignal sign, const ContactId& contact,
                                                  Timestamp now) {
  if (sign == HealthSignal::nothing)
    return Change::none;
  if (sign == HealthSignal::works && closed_) {
    failing_.clear();
    return Change::none;
  }
  if (sign == HealthSignal::works) { // also that of an opt-out: then the others may try
    probe_at_ = std::min(probe_at_, now);
    if (++successes_ < rules_.successes)
      return Change::none;
    closed_ = true;
    since_ = {};
    failing_.clear();
    return Change::closed;
  }
  successes_ = 0;
  if (!closed_) {
    if (state(now) == CircuitState::half_open)
      probe_at_ = now + rules_.pause;
    return Change::none;
  }
  // One contact that a system cannot digest must not hold up all others.
  failing_.insert(contact);
  if (failing_.size() < rules_.failures)
    return Change::none;
  was_open(now, now + rules_.pause);
  return Change::opened;
}

} // namespace tidemark::domain
