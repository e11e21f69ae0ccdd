#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/delivery.hpp"

#include <chrono>
#include <cstdint>
#include <set>
#include <string_view>

/// Whether requests to one system make sense now (requirement Q7). A mechanic: it delays, and
/// decides nothing (rule 6). Driven by recorded answers and the time that comes with ticks.
namespace tidemark::domain {

/// When the circuit opens and closes.
struct BreakerRules {
  std::uint32_t failures = 5; ///< contacts whose requests fail, without a success between
  std::chrono::milliseconds pause{60'000}; ///< from opening, or a failed probe, to the next probe
  std::uint32_t successes = 3;             ///< probes in a row that close it again
  bool operator==(const BreakerRules&) const = default;
};

enum class CircuitState : std::uint8_t {
  closed,    ///< everything goes out
  open,      ///< nothing but an opt-out now and then
  half_open, ///< one request at a time, to see
};
std::string_view name_of(CircuitState state); ///< closed, open, half_open

/// What an answer says about the system as a whole.
enum class HealthSignal : std::uint8_t {
  works,
  fails,
  nothing, ///< 429 is for the limits, 401, 402 and 403 for the account
};
/// `reason_code` is the judgement's; `token_refreshed`: the answer only leads to a new token.
HealthSignal sign_of(const events::VendorAnswer& answer, Reason reason_code, bool token_refreshed);

class CircuitBreaker {
public:
  explicit CircuitBreaker(BreakerRules rules = {}) : rules_(rules) {}

  void set(BreakerRules rules) { rules_ = rules; }

  enum class Change : std::uint8_t { none, opened, closed };

  /// It was open when the engine ended: probes go out from `probe_at` on.
  void was_open(Timestamp since, Timestamp probe_at);
  /// May one more request leave while `out` others are under way?
  bool allows(Timestamp now, bool opt_out, std::size_t out) const;
  /// A request leaves in spite of an open circuit, or as a probe.
  void probing(Timestamp now) { last_probe_ = now; }
  /// The answer to a request about this contact is recorded.
  Change on_outcome(HealthSignal sign, const ContactId& contact, Timestamp now);

  CircuitState state(Timestamp now) const;
  /// When it left `closed`; nothing while it is closed.
  Timestamp since() const { return since_; }
  Timestamp probe_at() const { return probe_at_; }
  std::uint32_t failures() const { return static_cast<std::uint32_t>(failing_.size()); }

private:
  BreakerRules rules_;
  bool closed_ = true;
  std::set<ContactId> failing_; ///< at most `failures` of them
  std::uint32_t successes_ = 0;
  Timestamp since_, probe_at_, last_probe_;
};

/// Pause between two opt-outs that are tried while the circuit is open.
inline constexpr std::chrono::seconds opt_out_probe_pause{1};

} // namespace tidemark::domain
