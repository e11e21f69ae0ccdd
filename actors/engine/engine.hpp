#pragma once
#include "actors/consent/consent_monitor.hpp"
#include "actors/ports/log_port.hpp"
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace tidemark::actors {

/// What one tenant brings to the engine.
struct TenantSetup {
  TenantId tenant;
  domain::SyncRules rules;
  std::map<ConnectorName, Destination> destinations;
};

struct EngineOptions {
  std::size_t worker_threads = 2;
  std::size_t live_contacts_max = 50'000;
  std::chrono::milliseconds tick{50};
  std::string incarnation;
  double probes_per_second = 0; ///< over all connectors; 0: idle ones are not asked
};

/// What the actors reach the rest through. The references outlive the engine.
struct EnginePorts {
  storage::LogStore& log;
  storage::TableStore& tables;
  const KeyedHasher& hasher;
  const WallClock& clock;
  std::unique_ptr<HttpClient> http;
  storage::TokenFiles token_files;
  FailureReport report;
  NoticeReport notice;
};

/// The actors with everything that drives them: the log's signal and a ticker thread.
class Engine {
public:
  Engine(EngineOptions options, std::vector<TenantSetup> tenants, EnginePorts ports);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Begins no new requests and waits until those that are out are answered and recorded. False
  /// when that took longer than `at_most`: the rest is found and looked up at the next start.
  bool drain(std::chrono::milliseconds at_most);
  /// Connects an account by a code, or says where to get one. Blocks until the system answered.
  /// Errors: bad_usage, what connectors::OAuth::read says, storage_failed.
  Result<std::string> connect(const TenantId& tenant, const ConnectorName& connector,
                              const std::string& code);
  /// Has an account's token renewed now, and who asked recorded. Blocks until the system answered.
  /// Errors: bad_usage, not_renewed, no_answer.
  Status renew(const TenantId& tenant, const ConnectorName& connector, const std::string& by,
               const std::string& request_id);
  /// From now on a system is written to at another pace.
  void set_pace(const TenantId& tenant, const ConnectorName& connector, const Pace& pace);
  /// From now on a system is asked with other secrets.
  void set_settings(const TenantId& tenant, const connectors::Settings& settings);
  /// Its followers start or end; no other's hear of it. What was begun outside is still recorded.
  void start(TenantSetup tenant);
  void end(const TenantId& tenant);
  /// Puts rows in place that were laid down in a folder, and folds on from the position that they
  /// are of. Gives how many. Errors: no_answer, data_damaged, storage_failed.
  Result<std::uint64_t> take_staged_rows(const std::string& folder);
  /// Connections to systems as they are now, of all tenants.
  HttpPool http_pool() const { return http_->pool(); }
  /// What each follower has on its desk; empty when the actors do not answer in time: right after a
  /// start they may be reading what was left undone.
  std::vector<FollowerReport> reports(std::chrono::milliseconds patience = std::chrono::seconds{2});

private:
  Result<std::string> ask_account(ConnectAccount request);
  void tick_until_stopped(std::chrono::milliseconds pause);

  std::shared_ptr<const TenantContext> context_of(TenantSetup tenant);

  const WallClock& clock_;
  const EngineOptions options_;
  storage::TableStore& tables_;
  const KeyedHasher& hasher_;
  const storage::TokenFiles token_files_;
  const FailureReport report_;
  LogPort log_port_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<caf::actor_system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  SupervisorActor supervisor_;
  std::shared_ptr<void> subscription_;
  std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  bool draining_ = false;
  std::thread ticker_;
};

} // namespace tidemark::actors
