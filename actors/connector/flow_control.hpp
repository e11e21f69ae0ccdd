#pragma once
#include "actors/ports/tenant_context.hpp"
#include "domain/delivery/connector_report.hpp"
#include "events/all.hpp"
#include "storage/log_store.hpp"

#include <optional>

namespace tidemark::actors {

/// What holds back everything that goes to one system: an operator's pause, the circuit and the
/// limits. Delays only; what is sent is decided elsewhere.
class FlowControl {
public:
  /// Knows from the log whether it was paused, and whether the circuit was open at the end.
  Status start(const TenantContext& context, const ConnectorName& target);
  /// Has an operator paused or resumed since?
  Status poll();
  /// May one more begin while `busy` others are under way? Asks pause and circuit only.
  bool lets(bool opt_out, std::size_t busy) const;
  /// The same, and takes it from the budget; an empty grant when it has to wait.
  RequestGrant takes(bool opt_out, std::size_t busy);
  void tick(Timestamp now);
  /// A request leaves; what it gives belongs to its answer.
  std::uint64_t sending();
  /// An answer came, and those to `out` others did not: what it says about limits. Something to
  /// record when the day's is used up.
  std::optional<events::Event> on_response(const connectors::HttpAnswer& answer, std::size_t out,
                                           std::uint64_t taken_before);
  /// An answer about the contact is recorded. Something to record when the circuit changed.
  std::optional<events::Event> on_outcome(domain::HealthSignal sign, const std::string& reason_code,
                                          const ContactId& contact);
  /// The same of what a page of the system's list has said since.
  std::optional<events::Event> heard_of_list();
  /// No dispatch is recorded behind a pause that it did not know.
  storage::TagCondition condition() const;
  void describe(domain::ConnectorReport& report) const;

private:
  Status read_pause(Position at);
  Status read_circuit();

  const TenantContext* context_ = nullptr;
  const Destination* destination_ = nullptr;
  ConnectorName target_;
  domain::CircuitBreaker breaker_;
  std::optional<domain::Pause> pause_;
  Position pause_read_to_;
  Timestamp now_;
  Timestamp day_noted_until_; ///< that the day is used up is recorded once until then
};

/// Learns from an answer what the system says about its limits. `out` requests have left whose
/// answers were not learned from; `taken_before`: see domain::RateBudget.
void apply_limits(const Destination& destination, const connectors::HttpAnswer& answer,
                  std::size_t out, std::uint64_t taken_before, Timestamp now);

} // namespace tidemark::actors
