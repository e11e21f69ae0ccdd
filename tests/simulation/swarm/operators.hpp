#pragma once
#include "tests/simulation/oracle/oracle.hpp"
#include "tests/simulation/ports/sim_gateway.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tidemark::sim {

/// What operators ask of the API, as `tidemark` does: that lists from elsewhere are taken, that a
/// webhook is read again, what is left to them to do by hand.
class Operators {
public:
  Operators(const Swarm& swarm, std::uint64_t seed, const SimClock& clock, Coverage& coverage)
      : swarm_(swarm), rng_(seed, "requests of operators"), clock_(clock), coverage_(coverage) {}

  /// The oracle, once it has read what is on the disk.
  using KnownLog = std::function<const Oracle&()>;

  /// Asks for something about the tenant of `people`, or for nothing. Says what, for the trace.
  std::string act(People& people, SimGateway& gateway, const KnownLog& known);

private:
  /// Rows of a file, as they were sent: they may be sent again.
  struct Sent {
    std::string tenant, path;
    nlohmann::json body;
  };
  std::string import_opt_outs(People& people, SimGateway& gateway);
  std::string import_contacts(People& people, SimGateway& gateway);
  std::string send_again(SimGateway& gateway);
  std::string reprocess(People& people, SimGateway& gateway, const KnownLog& known);
  std::string mark_by_hand(People& people, SimGateway& gateway);
  nlohmann::json file();
  gateway::Answer send(SimGateway& gateway, Sent rows);

  const Swarm& swarm_;
  Rng rng_;
  const SimClock& clock_; ///< everybody's but the engine's
  Coverage& coverage_;
  std::vector<Sent> sent_;
  std::size_t files_ = 0;
};

/// Whose mark the engine leaves to people in the system, by its list.
struct LeftByHand {
  std::string contact, address;
  std::string whole;          ///< as it stands there
  bool is_about_mail = false; ///< and nothing else
};
std::vector<LeftByHand> left_by_hand(SimGateway& gateway, const std::string& tenant,
                                     const std::string& system);

} // namespace tidemark::sim
