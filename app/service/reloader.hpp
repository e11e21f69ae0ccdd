#pragma once
#include "actors/engine/engine.hpp"
#include "config/load.hpp"
#include "gateway/ports.hpp"

#include <mutex>

namespace tidemark::app {

/// Reads the configuration again while the service runs, and uses what may be another then. Called
/// from several threads.
class Reloader final : public gateway::ConfigurationPort {
public:
  Reloader(std::string file, const config::LoadedConfig& loaded, storage::LogStore& log,
           actors::Engine& engine);

  Result<gateway::ReloadOutcome> reload(const std::string& by,
                                        const std::string& request_id) override;
  std::vector<std::array<std::string, 3>> in_force() const override;
  gateway::AlertThresholds thresholds() const override;

private:
  Status record(const gateway::ReloadOutcome& outcome, const std::string& by,
                const std::string& request_id);
  void use(const config::LoadedConfig& loaded);

  const std::string file_;
  storage::LogStore& log_;
  actors::Engine& engine_;
  std::vector<TenantId> tenants_; ///< of this start
  std::mutex reloading_;          ///< one at a time
  mutable std::mutex guard_;      ///< of what follows
  std::vector<config::EffectiveValue> in_force_;
  gateway::AlertThresholds thresholds_;
};

} // namespace tidemark::app
