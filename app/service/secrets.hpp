#pragma once
#include "actors/engine/engine.hpp"
#include "app/credentials/credential_book.hpp"
#include "app/service/tenant_keeper.hpp"
#include "config/load.hpp"
#include "gateway/ports.hpp"
#include "storage/sealing/secret_files.hpp"

#include <mutex>

namespace tidemark::app {

/// The secrets that were set at run time, at a start: what the log says of one that was being
/// changed when the service ended holds, and what it does not say is forgotten. Errors: those of
/// reading, storage_failed.
Result<std::shared_ptr<CredentialBook>> open_credentials(const storage::SecretFiles& files,
                                                         const storage::LogStore& log,
                                                         const KeyedHasher& hasher);

/// What the secrets of the running service are read from. The references outlive it.
struct SecretSources {
  storage::SecretFiles files;
  std::shared_ptr<CredentialBook> book;
  const config::LoadedConfig& loaded;
  const TenantKeeper& tenants;
  const KeyedHasher& hasher;
  actors::Engine& engine;
  std::string data_dir;
};

/// The secrets of the running service. Called from several threads.
class Secrets final : public gateway::SecretsPort {
public:
  explicit Secrets(SecretSources from) : from_(std::move(from)) {}

  Result<gateway::StoreKeyChange> rotate_store_key(const std::string& from, const SecretText& to,
                                                   const std::string& by) override;
  Status check_credential(const gateway::CredentialChange& change) const override;
  Told told_of(const gateway::CredentialChange& change) const override;
  Result<Position> set_credential(const gateway::CredentialChange& change,
                                  const Record& record) override;
  bool has_credential(const TenantId& tenant, const ConnectorName& connector,
                      const std::string& setting) const override;
  Result<Position> remove_credential(const TenantId& tenant, const ConnectorName& connector,
                                     const std::string& setting, const Record& record) override;
  std::vector<gateway::SecretFact> secrets_of(const std::optional<TenantId>& tenant) const override;
  std::vector<gateway::AcceptedSettings>
  accepted(const TenantId& tenant, const connectors::Settings& configured) const override;

  /// About once a second: values whose overlap is over are forgotten.
  void end_overlaps(Timestamp now);

private:
  std::optional<config::ConnectorConfig> find(const TenantId& tenant,
                                              const ConnectorName& name) const;
  void use(const TenantId& tenant, const config::ConnectorConfig& connector);

  SecretSources from_;
  std::mutex rotating_;        ///< one at a time
  bool overlaps_stay_ = false; ///< they could not be ended, as was told
};

} // namespace tidemark::app
