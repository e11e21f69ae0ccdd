#pragma once
#include "actors/http/http_client.hpp"
#include "tests/simulation/ports/evidence.hpp"
#include "tests/simulation/ports/sim_vendors.hpp"
#include "tests/simulation/swarm/coverage.hpp"
#include "tests/simulation/swarm/rng.hpp"
#include "tests/simulation/swarm/swarm.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tidemark::sim {

/// The way out to the vendors. A request is answered when the run says so, well or badly, in any
/// order.
class SimHttp final : public actors::HttpClient {
public:
  using Vendors = std::map<std::string, std::unique_ptr<SimVendors>>; ///< by tenant

  SimHttp(Vendors& vendors, const SimClock& clock, const Swarm& swarm, Rng rng, Coverage& coverage)
      : vendors_(vendors), clock_(clock), swarm_(swarm), rng_(rng), coverage_(coverage) {}

  void send(actors::HttpCall call, std::function<void(actors::HttpResult)> done) override;
  /// Answers one request; false when none is out.
  bool serve();
  bool idle() const { return calls_.empty(); }
  void set_faults(bool on) { faults_ = on; }
  /// The life ends: requests that are out may still have their effect, nobody hears of it.
  void cut();

  const Answers& answers() const { return answers_; }
  const Requests& requests() const { return requests_; }

private:
  struct Call {
    actors::HttpCall call;
    std::function<void(actors::HttpResult)> done;
  };
  bool plays(const char* fault);
  connectors::HttpAnswer answer(const connectors::HttpRequest& request);
  connectors::HttpAnswer perform(const connectors::HttpRequest& request);

  Vendors& vendors_;
  const SimClock& clock_; ///< the vendors'
  const Swarm& swarm_;
  Rng rng_;
  Coverage& coverage_;
  bool faults_ = true;
  bool dead_ = false;
  std::vector<Call> calls_;
  Answers answers_;
  Requests requests_;
};

/// Base URL of a tenant's system in this world.
std::string url_of(const std::string& system, const std::string& tenant);

} // namespace tidemark::sim
