#pragma once
#include "actors/engine/supervisor.hpp"
#include "actors/ports/log_port.hpp"
#include "actors/ports/tenant_context.hpp"
#include "base/keyed_hash.hpp"
#include "config/config.hpp"
#include "gateway/ports.hpp"
#include "tests/simulation/bugs/injected_bug.hpp"
#include "tests/simulation/ports/sim_gateway.hpp"
#include "tests/simulation/ports/sim_http.hpp"
#include "tests/simulation/ports/sim_log.hpp"
#include "tests/simulation/ports/sim_tables.hpp"
#include "tests/simulation/ports/waited_log.hpp"

#include <caf/all.hpp>

#include <memory>
#include <string>
#include <vector>

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
  InjectedBug bug;
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
  /// An operator asks that the delivery of that contact be tried again, as the gateway does.
  void ask_for_retry(const std::string& tenant, const ContactId& contact,
                     const DeliveryId& delivery);
  const std::vector<std::string>& reports() const { return reports_; }

private:
  /// The ports of one tenant's actors.
  struct TenantPorts {
    TenantPorts(SimEngine& engine, const BugContext& context);
    Played<storage::LogStore> log;
    Played<storage::TableStore> tables;
    actors::LogPort log_port;
  };
  void start_gateway(const config::Config& config);
  void start_actors(const config::Config& config);
  BugContext bug_context(const TenantId& tenant = {}) const;
  void record_start(const config::Config& config);
  std::shared_ptr<const actors::TenantContext> world_of(const config::TenantConfig& tenant);
  actors::Destination outlet_of(const TenantId& tenant, const config::ConnectorConfig& connector);

  Outside outside_;
  std::string incarnation_;
  SimLog log_;
  std::unique_ptr<SimHttp> http_;
  Played<actors::HttpClient> http_port_;
  Played<storage::LogStore> gateway_log_;
  WaitedLog api_log_;
  Played<storage::LogStore> projections_log_;
  Played<storage::TableStore> projections_tables_;
  actors::LogPort monitor_log_port_;
  gateway::GatewayOptions gateway_options_;
  std::unique_ptr<SimGateway> gateway_;
  std::vector<std::unique_ptr<TenantPorts>> tenants_;
  std::unique_ptr<caf::actor_system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  actors::SupervisorActor supervisor_;
  std::shared_ptr<void> subscription_;
  std::vector<std::string> reports_;
  bool draining_ = false;
};

} // namespace tidemark::sim
