#pragma once
#include "actors/engine/engine.hpp"
#include "app/credentials/credential_book.hpp"
#include "app/service_log/part.hpp"
#include "config/config.hpp"
#include "gateway/ports.hpp"

/// The configuration bound to what runs: the only place where everything meets.
namespace tidemark::app {

/// The store key that the command line or the environment names; nothing when none is given.
/// Errors: as of StoreKey::load.
Result<std::optional<storage::StoreKey>> given_store_key(const std::string& option);

/// How the gateway listens and whose webhooks it verifies.
gateway::GatewayOptions gateway_options(const config::Config& config, const std::string& version);

/// Adds a tenant to them.
void add_tenant(gateway::GatewayOptions& out, const config::Config& config,
                const config::TenantConfig& tenant);

/// Gives one that is in them what may be another while it runs.
void change_tenant(gateway::GatewayOptions& out, const config::TenantConfig& tenant);

/// The one that stands in the file, when it is one.
std::optional<TenantId> only_of_file(const config::Config& config);

/// A tenant as the engine runs it. Errors: as below.
Result<actors::TenantSetup> tenant_setup(const config::Config& config,
                                         const config::TenantConfig& tenant,
                                         const std::string& file,
                                         const storage::TokenFiles& token_files,
                                         const std::shared_ptr<const CredentialBook>& credentials);

/// The tenants as the engine runs them. A refused credential is read anew from where the
/// configuration file `file` says it is, with what `credentials` lay over it. Errors: keys_exposed,
/// tokens_damaged, storage_failed.
Result<std::vector<actors::TenantSetup>>
tenant_setups(const config::Config& config, const std::string& file,
              const storage::TokenFiles& token_files,
              const std::shared_ptr<const CredentialBook>& credentials);

/// From when on numbers are alerts, connectors' own limits too.
gateway::AlertThresholds thresholds_of(const config::Config& config);

/// Which of the service's own lines are written.
Level configured_level(const config::Config& config);

/// Those that the tenant's connectors have of their own.
void add_silences(gateway::AlertThresholds& out, const config::TenantConfig& tenant);

/// How fast a connector is written to.
actors::Pace pace_of(const config::ConnectorConfig& connector);

} // namespace tidemark::app
