#pragma once
#include "domain/operations/durations.hpp"
#include "domain/operations/undecided_inputs.hpp"
#include "events/codec.hpp"
#include "events/recorded.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>

namespace tidemark::domain {

/// What became of deliveries that have their end.
enum class DeliveryEnd : std::uint8_t { accepted, rejected, dead, superseded, suppressed };
inline constexpr std::array<std::string_view, 5> delivery_end_names{"accepted", "rejected", "dead",
                                                                    "superseded", "suppressed"};

/// The last 24 hours, in parts of ten minutes: a part ends with the first that comes after it.
class RecentLevel {
public:
  void note(Timestamp at, std::chrono::microseconds took);
  ServiceLevel of_day(Timestamp now) const;

private:
  struct Part {
    Timestamp begin;
    ServiceLevel level;
  };
  std::deque<Part> parts_;
};

/// How it went with what one system was to have.
struct TargetFlow {
  Durations delivery; ///< from its intent to its end, where a request was to be sent at all
  Durations arrival;  ///< from the input, recorded, until the system took what follows from it
  Durations opt_out;  ///< the same of opt-outs alone
  std::array<std::uint64_t, delivery_end_names.size()> ended{};
  ServiceLevel level; ///< of arrivals
  RecentLevel recent; ///< the same, of the last 24 hours
};

/// How many came and went.
struct Passed {
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  bool operator==(const Passed&) const = default;
};

struct TenantFlow {
  Durations decision; ///< from the input, recorded, until all of its commands are decided
  std::map<ConnectorName, TargetFlow> targets;
  Passed parked;  ///< commands that wait for their person, and those that were released
  Passed reviews; ///< what may be an opt-out, and what was decided of it
};

/// A fold over the log: how long everything takes, of each tenant. Times are those at which events
/// were recorded, so a replay gives the same.
class FlowTimes {
public:
  /// When the event at a position was recorded; nothing where that is not known.
  using RecordedAt = std::function<std::optional<Timestamp>(Position)>;

  /// Of these `take` wants the header, or the whole event.
  static bool wants_header(std::string_view type);
  static bool wants_event(std::string_view type);

  void take(const events::RecordHeader& header, const RecordedAt& recorded_at);
  void take(const events::Recorded& recorded, const RecordedAt& recorded_at);

  const std::map<TenantId, TenantFlow>& tenants() const { return tenants_; }

private:
  void interpreted(const events::Envelope& envelope, const events::WebhookInterpreted& e,
                   const RecordedAt& recorded_at);
  void decided(const TenantId& tenant, Position input, Timestamp at, const RecordedAt& recorded_at);
  void ended(const events::Envelope& envelope, const events::Event& event,
             const RecordedAt& recorded_at);

  std::map<TenantId, TenantFlow> tenants_;
  UndecidedInputs undecided_;
};

} // namespace tidemark::domain
