#pragma once
#include "sandbox/world/http/webhook_outlet.hpp"
#include "tests/simulation/ports/sim_clock.hpp"
#include "tests/simulation/ports/sim_gateway.hpp"
#include "tests/simulation/swarm/coverage.hpp"
#include "tests/simulation/swarm/rng.hpp"
#include "tests/simulation/swarm/swarm.hpp"

#include <list>
#include <map>
#include <set>

namespace tidemark::sim {

/// An acknowledgement as a vendor saw it.
struct Ack {
  std::string tenant;
  std::string system;
  std::string id; ///< the vendor's id of the delivery, "" when it has none
  std::string body_sha256;
  Position position;
  bool duplicate = false;
};

/// The vendors' webhooks between them and the engine: in order per record, unless they are
/// reordered, duplicated, late or lost; repeated as each vendor does until they are taken.
class SimNet final : public sandbox::WebhookOutlet {
public:
  SimNet(const SimClock& clock, const Swarm& swarm, std::uint64_t seed, Coverage& coverage)
      : clock_(clock), swarm_(swarm), rng_(seed, "net"), coverage_(coverage) {}

  void emit(sandbox::WebhookJob job) override;
  /// Posts one webhook whose time has come; false when there is none.
  bool deliver(SimGateway& gateway);
  /// Posts the webhook that was emitted last, if nothing older about its record is on its way.
  bool deliver_newest(SimGateway& gateway);
  /// The engine's life ended: what was posted will not be answered.
  void cut();
  void set_faults(bool on) { faults_ = on; }

  bool idle() const { return flights_.empty(); }
  std::size_t on_their_way() const { return flights_.size(); }
  /// What is on its way, for traces.
  void print() const;
  /// When the next one is due; nothing when none waits.
  std::optional<Timestamp> next_due() const;
  const std::vector<Ack>& acks() const { return acks_; }
  /// A webhook that its vendor will not send again.
  struct Lost {
    std::string tenant;
    std::string system;
    std::string body;
    std::string record; ///< of those that tell of one as it is, each after the other, without times
  };
  const std::vector<Lost>& given_up() const { return given_up_; }
  std::uint64_t answered() const { return answered_; }
  /// Every body that was ever emitted, by its SHA-256.
  const std::map<std::string, std::string>& bodies() const { return bodies_; }

private:
  struct Flight {
    sandbox::WebhookJob job;
    Timestamp due;
    bool posted = false;
    bool was_late = false;
    bool tells_number = false; ///< another than the one that the dialer told before
  };
  using Place = std::list<Flight>::iterator;

  bool plays(const char* fault);
  bool in_turn(std::list<Flight>::const_iterator place) const;
  static bool has_version(const Flight& flight);
  void post(Place place, SimGateway& gateway);
  void answered(Place place, const Posted& posted);
  void failed(Place place);
  bool tells_other_number(const sandbox::WebhookJob& job);
  bool is_late(const Flight& flight);

  const SimClock& clock_;
  const Swarm& swarm_;
  Rng rng_;
  Coverage& coverage_;
  bool faults_ = true;
  std::list<Flight> flights_; ///< oldest first
  std::vector<Ack> acks_;
  std::vector<Lost> given_up_;
  std::map<std::string, std::string> told_numbers_; ///< by record of the dialer
  std::map<std::string, std::string> bodies_;
  std::uint64_t answered_ = 0;
  std::uint64_t life_ = 0;
};

} // namespace tidemark::sim
