#pragma once
#include "actors/engine/engine.hpp"
#include "app/credentials/credential_book.hpp"
#include "app/service/recorded_tenants.hpp"
#include "config/config.hpp"
#include "gateway/ports.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace tidemark::app {

/// Starts and ends tenants while the service runs, as the log tells: their webhooks, their API and
/// their actors. Called from several threads.
class TenantKeeper final : public gateway::TenantPort {
public:
  /// What it works with. All of it outlives the keeper.
  struct Parts {
    std::string file; ///< the configuration's
    std::string incarnation;
    storage::LogStore& log;
    const storage::TableStore& tables;
    const storage::TokenFiles& token_files;
    const std::shared_ptr<CredentialBook> credentials;
    const WallClock& clock;
    actors::Engine& engine;
    gateway::LiveOptions& live;
  };
  /// `config`: of the file, with the recorded ones.
  TenantKeeper(Parts parts, config::Config config, RecordedTenants recorded)
      : parts_(std::move(parts)), config_(std::move(config)), recorded_(std::move(recorded)) {
    for (const auto& [id, made] : recorded_.book)
      versions_[id] = made.settings_version;
  }

  Result<gateway::CheckedSettings> check(const TenantId& tenant,
                                         const std::string& toml) const override;
  Result<gateway::SettingsChange> compare(const TenantId& tenant, const std::string& from,
                                          const std::string& to) const override;
  std::vector<std::string> needs_restart(const TenantId& tenant,
                                         const std::string& recorded) const override;
  /// Also ends those whose time is over. A tenant with opt-outs that some system has not confirmed
  /// goes on until they are, unless somebody signed.
  Status follow();
  /// The same; error: of this one alone.
  Status follow(const TenantId& about) override;
  /// All that run.
  std::vector<config::TenantConfig> tenants() const;
  /// One of them.
  std::optional<config::TenantConfig> tenant(const TenantId& id) const;
  /// Those of the tenants that the log has.
  void add_silences_to(gateway::AlertThresholds& thresholds) const;

private:
  Status follow_all(const TenantId* about);
  Status begin(const TenantId& id, const domain::MadeTenant& made);
  Status keep(const TenantId& id, const domain::MadeTenant& made);
  Status change(const TenantId& id, const domain::MadeTenant& made);
  Status end_when_over(const TenantId& id, const domain::MadeTenant& made);
  void end(const TenantId& id);
  void forget_secrets(const TenantId& id, Timestamp ended);
  config::LoadedTenant load(const TenantId& id, const std::string& toml) const;
  /// The settings that it was started with; nothing of one that does not run.
  std::optional<config::LoadedTenant> started_with(const TenantId& id) const;

  const Parts parts_;
  mutable std::mutex guard_; ///< of what follows
  config::Config config_;
  RecordedTenants recorded_;
  std::map<TenantId, std::uint64_t> versions_; ///< of the settings that are in use as far as may be
  std::set<TenantId> waits_;                   ///< for opt-outs, as the log of the service was told
  std::set<TenantId> forgotten_;               ///< nothing of their secrets is left
};

/// The start itself and the configuration in force are inputs (rule 1): on disk before anything is
/// decided under them. Of those tenants of it; error start_not_recorded.
Status record_start(storage::LogStore& log, const config::Config& config,
                    std::span<const config::TenantConfig> tenants, const std::string& incarnation);

} // namespace tidemark::app
