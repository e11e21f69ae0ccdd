#pragma once
#include "base/time.hpp"
#include "config/config.hpp"
#include "gateway/ports.hpp"
#include "storage/sealing/secret_files.hpp"

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>

namespace tidemark::app {

/// `tidemark test` beside the running service, which has the secrets. Each run has a thread of its
/// own, and one for each system: one that does not answer keeps nobody else waiting but who ends
/// the service.
class ConnectorTester final : public gateway::ConnectorTestPort {
public:
  /// The tenant as it is configured now; nothing when there is none.
  using FindTenant = std::function<std::optional<config::TenantConfig>(const TenantId&)>;
  ConnectorTester(FindTenant find, storage::SecretFiles secrets, const WallClock& clock)
      : find_(std::move(find)), secrets_(std::move(secrets)), clock_(clock) {}

  Status start(const TenantId& tenant, const ConnectorName& connector) override;
  std::optional<gateway::ConnectorTests> last(const TenantId& tenant) const override;

private:
  struct Run {
    gateway::ConnectorTests tests;
    std::future<void> work; ///< its end waits for the thread's
  };
  std::size_t running() const;
  void ask(Run& run, const TenantId& tenant, std::vector<config::ConnectorConfig> connectors);

  const FindTenant find_;
  const storage::SecretFiles secrets_;
  const WallClock& clock_;
  mutable std::mutex guard_;       ///< of what follows
  std::map<TenantId, Run> runs_{}; ///< the last of each tenant
};

} // namespace tidemark::app
