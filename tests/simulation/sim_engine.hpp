#pragma once
#include "actors/engine/supervisor.hpp"
#include "actors/ports/tenant_context.hpp"
#include "base/keyed_hash.hpp"
#include "config/config.hpp"
#include "gateway/ports.hpp"
#include "tests/simulation/sim_gateway.hpp"
#include "tests/simulation/sim_http.hpp"
#include "tests/simulation/sim_log.hpp"
#include "tests/simulation/sim_tables.hpp"

#include <caf/all.hpp>

#include <memory>
#include <string>

namespace tidemark::sim {

/// What outlives the engine.
struct Outside {
  const SimClock& clock;
  const Swarm& swarm;
  Coverage& coverage;
  SimDisk& disk;
  SimTables& tables;
  SimHttp::Vendors& vendors;
  const KeyedHasher& hasher;
  const SimClock& vendors_clock;
  std::vector<std::string> tenants;
  std::uint32_t configuration = 0; ///< which of the possible ones is in force
};

/// One life of the engine, from a start to whatever ends it: the real actors under CAF's test
/// scheduler, one message at a time, in an order that a seed chooses.
class SimEngine {
public:
  SimEngine(const Outside& outside, std::uint32_t number, std::uint64_t seed);
  ~SimEngine();
  SimEngine(const SimEngine&) = delete;
  SimEngine& operator=(const SimEngine&) = delete;

  SimLog& log() { return log_; }
  SimHttp& http() { return *http_; }
  SimGateway& gateway() { return *gateway_; }

  bool has_message() const;
  /// Lets some actor that has mail take one message.
  void run_one(Rng& rng);
  void tick();
  void set_draining() { draining_ = true; }
  void set_faults(bool on);
  /// An event of a type that this program does not know, as a newer one would have left it.
  void append_unknown(const std::string& tenant, const ContactId& contact);
  const std::vector<std::string>& reports() const { return reports_; }

private:
  void record_start(const config::Config& config);
  std::shared_ptr<const actors::World> world_of(const config::TenantConfig& tenant);

  Outside outside_;
  std::string incarnation_;
  SimLog log_;
  std::unique_ptr<SimHttp> http_;
  gateway::GatewayOptions gateway_options_;
  std::unique_ptr<SimGateway> gateway_;
  std::unique_ptr<actors::LogPort> log_port_;
  std::unique_ptr<caf::actor_system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  actors::SupervisorActor supervisor_;
  std::shared_ptr<void> subscription_;
  std::vector<std::string> reports_;
  bool draining_ = false;
};

} // namespace tidemark::sim
