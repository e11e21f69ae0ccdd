#pragma once
#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

/// How many requests one system may be sent: what is configured, and what the system itself states
/// in its answers (requirement T14). A mechanic, never part of a decision (rule 6).
namespace tidemark::domain {

/// What one answer says about the system's limits. A connector reads it from the headers.
struct StatedLimits {
  std::optional<std::uint64_t> limit, remaining; ///< requests in a window
  std::chrono::milliseconds window{0};           ///< its length, or the time until it ends
  std::optional<std::uint64_t> day_limit, day_remaining;
  std::optional<Timestamp> day_resets; ///< nothing when the system does not say
  bool operator==(const StatedLimits&) const = default;
};

/// The budget as people see it.
struct BudgetStatus {
  double per_second = 0; ///< configured; 0: no limit of ours
  double burst = 0;
  StatedLimits stated;              ///< what the system stated last
  std::uint64_t left = 0;           ///< of the window, as far as we know
  std::uint64_t day_left = 0;       ///< of the day, as far as we know
  std::optional<Timestamp> until{}; ///< nothing but opt-outs leaves before; nothing when it flows
  bool day_used_up = false;         ///< it is the day's limit that holds them back
  std::optional<Timestamp> day_since{}; ///< when it ran out; nothing when it did not
  bool operator==(const BudgetStatus&) const = default;
};

class RateBudget {
public:
  /// What is configured; keeps the tokens when nothing changed. `per_second` 0: no limit of ours.
  void set(double per_second, double burst);
  void refill(Timestamp now);
  /// One request: false when it has to wait. An opt-out may use what is kept back for opt-outs.
  bool take(bool opt_out = false);
  /// What was taken has left.
  void sent();
  /// What was taken did not leave after all.
  void give_back();
  /// Requests taken so far: whoever sends one keeps this number for its answer.
  std::uint64_t taken() const { return taken_; }
  /// An answer stated limits. It may not have counted the `out` requests that have left and are
  /// not answered, and has not counted what was taken and did not leave yet. When it was long on
  /// its way, nor has it those taken since its own one left (`taken_before`): answers that came
  /// before it have said less, and that holds.
  void learn(const StatedLimits& stated, std::uint64_t out, std::uint64_t taken_before,
             Timestamp now);
  /// An answer was 429; `retry_after` as the system asks, at most `retry_after_max`. Without it the
  /// pause is twice the one before, until something passes.
  void refused(std::optional<std::chrono::seconds> retry_after, Timestamp now);
  /// An answer was not 429: the system takes requests.
  void passed() { guess_ = {}; }
  BudgetStatus status() const;

private:
  /// A number of requests until a time.
  struct Window {
    std::uint64_t limit = 0, left = 0;
    Timestamp ends{};
    bool known = false;
    std::uint64_t lowest = 0; ///< that an answer has stated
    void learn(std::uint64_t stated_limit, std::uint64_t remaining, std::uint64_t out,
               std::uint64_t since, Timestamp until);
    bool allows(bool opt_out) const;
    std::uint64_t reserve() const;
  };
  void renew(Window& window, Timestamp now);
  void note_day(Timestamp now);

  double per_second_ = 0, burst_ = 1, tokens_ = 1;
  std::uint64_t taken_ = 0;
  std::uint64_t waiting_ = 0; ///< taken, and not sent yet
  Window window_, day_;
  Timestamp hold_, opt_out_hold_; ///< after a 429
  std::chrono::seconds guess_{0}; ///< the pause after the last one that did not say how long
  bool day_probed_ = false;       ///< a day without a stated end was opened for a request
  std::optional<Timestamp> day_since_;
  Timestamp now_;
  StatedLimits stated_;
};

/// A day whose end nobody states is tried again after this time.
inline constexpr std::chrono::minutes day_probe_pause{15};
/// After a 429 that does not say how long; doubled while others follow.
inline constexpr std::chrono::seconds refused_pause{1}, refused_pause_max{900};
/// Longest time that a 429 holds opt-outs back.
inline constexpr std::chrono::seconds opt_out_hold_max{60};

} // namespace tidemark::domain
