#pragma once
#include "app/credentials/credential_book.hpp"
#include "config/load.hpp"

#include <string>
#include <vector>

namespace tidemark::app {

/// So that people can tell two apart; "" of one that is too short to show a third of it.
std::string last_four_of(const SecretText& value);
/// Tells secrets apart without telling anything of them: twelve digits.
std::string secret_key_id(const KeyedHasher& hasher, const TenantId& tenant,
                          const ConnectorName& connector, const SecretText& value);

/// Every secret that the service has, with where it comes from and how old it is: what is to be
/// replaced when somebody else may know them.
class SecretList {
public:
  /// `tenants`: all that run, those that the file does not have too.
  SecretList(const config::LoadedConfig& loaded, std::vector<config::TenantConfig> tenants,
             const CredentialBook& book, const storage::SecretFiles& files,
             const KeyedHasher& hasher, std::string data_dir)
      : loaded_(loaded), tenants_(std::move(tenants)), book_(book), files_(files), hasher_(hasher),
        data_dir_(std::move(data_dir)) {}
  /// Of a tenant; nothing for all, and for what belongs to all.
  std::vector<gateway::SecretFact> of(const std::optional<TenantId>& tenant) const;

private:
  using Facts = std::vector<gateway::SecretFact>;
  void add_configured(const config::TenantConfig& tenant, const connectors::Settings& settings,
                      Facts& out) const;
  void add_set(const std::optional<TenantId>& tenant, Facts& out) const;
  bool is_configured(const storage::StoredCredential& one) const;
  void add_account(const TenantId& tenant, const ConnectorName& connector, Facts& out) const;
  void add_shared(Facts& out) const;
  std::string source_of(const config::TenantConfig& tenant, const std::string& key) const;

  const config::LoadedConfig& loaded_;
  const std::vector<config::TenantConfig> tenants_;
  const CredentialBook& book_;
  const storage::SecretFiles& files_;
  const KeyedHasher& hasher_;
  const std::string data_dir_;
};

} // namespace tidemark::app
