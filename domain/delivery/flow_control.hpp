#pragma once
#include "domain/delivery/connector_report.hpp"
#include "domain/delivery/ready_queue.hpp"
#include "events/all.hpp"

#include <optional>
#include <utility>

namespace tidemark::domain {

/// A list waits while so many inputs or deliveries wait, or contacts of its own are under way.
inline constexpr std::size_t crowded_from = 2'000;

/// All that a budget learns from one answer.
struct LimitSignal {
  std::uint32_t status = 0;
  std::optional<std::chrono::seconds> retry_after{};
  std::optional<StatedLimits> stated{}; ///< nothing where the connector reads none
};

/// An answer came, and those to `out` others did not; see RateBudget for `taken_before`.
void learn_from(RateBudget& budget, const LimitSignal& answer, std::uint64_t out,
                std::uint64_t taken_before, Timestamp now);

/// The right to send one request: spent when it leaves, else given back. Otherwise one that looks
/// again and again would use up a day without sending anything. The budget outlives it.
class RequestGrant {
public:
  RequestGrant() = default;
  explicit RequestGrant(RateBudget& budget) : budget_(&budget) {}
  RequestGrant(RequestGrant&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)) {}
  RequestGrant& operator=(RequestGrant&& other) noexcept {
    give_back();
    budget_ = std::exchange(other.budget_, nullptr);
    return *this;
  }
  ~RequestGrant() { give_back(); }

  explicit operator bool() const { return budget_ != nullptr; }
  void spend() {
    if (auto* budget = std::exchange(budget_, nullptr))
      budget->sent();
  }
  void give_back() {
    if (auto* budget = std::exchange(budget_, nullptr))
      budget->give_back();
  }

private:
  RateBudget* budget_ = nullptr;
};

/// What holds back everything that goes to one system: an operator's pause, a stop of all sending,
/// the circuit, a refused key and the limits. Delays only; what is sent is decided elsewhere (rule
/// 6).
class FlowControl {
public:
  FlowControl() = default;
  FlowControl(ConnectorName target, double requests_per_second, double burst, BreakerRules breaker);

  /// Configured anew; what is known of limits and circuit stays.
  void set_pace(double requests_per_second, double burst, BreakerRules breaker);

  /// The circuit was open when the log ended: whoever starts then begins with a probe.
  void was_open(Timestamp since, Timestamp probe_at) { breaker_.was_open(since, probe_at); }
  /// What operators said of the connector, up to `read_to`.
  void set_pause(Position read_to, std::optional<Pause> pause);
  Position pause_read_to() const { return pause_read_to_; }
  /// Whether the tenant works, as told up to `read_to`.
  void set_suspension(Position read_to, std::optional<Pause> suspension);
  Position suspension_read_to() const { return suspension_read_to_; }
  /// What operators said of all sending, up to `read_to`: stopped, or going on in part.
  void set_stop(Position read_to, std::optional<Pause> stop, std::uint32_t percent);
  Position stop_read_to() const { return stop_read_to_; }
  /// How many requests may be out at a time, of `concurrency`; opt-outs are not slowed.
  std::size_t busy_max(std::size_t concurrency, bool opt_out) const;
  /// While sending goes on in part: did more than a twentieth of the answers fail? True once.
  bool take_fall_back();
  /// What its predecessor knew of the limits.
  void inherit(const RateBudget& budget);
  const RateBudget& budget() const { return budget_; }
  void tick(Timestamp now);
  /// While the key is refused, one request at a time goes out to see, with the breaker's pause
  /// between: what waits is kept from being refused too.
  void set_refused(bool refused);

  /// May one more begin while `busy` others are under way? Asks pauses and circuit only.
  bool lets(bool opt_out, std::size_t busy) const;
  /// The same, and takes it from the budget; an empty grant when it has to wait. What is kept for
  /// opt-outs is not for those from lists.
  RequestGrant takes(Turn turn, std::size_t busy);
  /// The same for a page of the system's list, which is spent with it. Where none of `open`
  /// deliveries is left to probe an open circuit with, a page is the probe.
  bool takes_page(std::size_t open);
  /// Would it, as far as pause and circuit go?
  bool lets_page(std::size_t open) const;
  /// A request leaves; what it gives belongs to its answer.
  std::uint64_t sending();

  /// An answer came, and those to `out` others did not: what it says about limits. Something to
  /// record when the day's is used up.
  std::optional<events::Event> on_response(const LimitSignal& limits, std::size_t out,
                                           std::uint64_t taken_before);
  /// An answer about the contact is recorded. Something to record when the circuit changed.
  std::optional<events::Event> on_outcome(HealthSignal sign, Reason reason_code,
                                          const ContactId& contact);
  /// A page came, and the answers to `out` deliveries did not. Something to record when the circuit
  /// changed.
  std::optional<events::Event> on_page(const LimitSignal& limits, HealthSignal sign,
                                       std::size_t out, std::uint64_t taken_before);
  void describe(ConnectorReport& report) const;

private:
  void set_budget();

  ConnectorName target_;
  double per_second_ = 0, burst_ = 1; ///< as configured
  RateBudget budget_;
  CircuitBreaker breaker_;
  std::chrono::milliseconds refused_pause_{0};
  bool refused_ = false;
  Timestamp refused_at_; ///< the last request since it is refused
  std::optional<Pause> pause_;
  Position pause_read_to_;
  std::optional<Pause> suspension_; ///< of the whole tenant
  Position suspension_read_to_;
  std::optional<Pause> stop_; ///< of all sending
  Position stop_read_to_;
  std::uint32_t percent_ = 100;
  std::uint64_t step_answers_ = 0, step_failures_ = 0; ///< since sending goes on in part
  Timestamp now_;
  Timestamp day_noted_until_; ///< that the day is used up is recorded once until then
};

/// The pause of a system that failed too often while sending went on in part.
events::ConnectorPaused fallen_back(const ConnectorName& target);

} // namespace tidemark::domain
