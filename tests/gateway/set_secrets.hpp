#pragma once
#include "gateway/ports.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tidemark::gateway::test {

/// Keeps one secret of `crm`.
class SetSecrets final : public SecretsPort {
public:
  Result<StoreKeyChange> rotate_store_key(const std::string& from, const SecretText&,
                                          const std::string&) override {
    if (from != "k1")
      return Error{"store_key_wrong", "the service's secrets are sealed under the store key k1"};
    return StoreKeyChange{from, "k2", 3};
  }
  Status check_credential(const CredentialChange& change) const override {
    if (!fault.code.empty())
      return fault;
    return change.connector.value == "crm" ? Status(Done{}) : Error{"not_found", "no connector"};
  }
  Told told_of(const CredentialChange&) const override { return {"0123456789ab", "last"}; }
  Result<Position> set_credential(const CredentialChange& change, const Record& record) override {
    TRY(position, record());
    set.push_back(change);
    return position;
  }
  bool has_credential(const TenantId&, const ConnectorName&, const std::string&) const override {
    return !set.empty();
  }
  Result<Position> remove_credential(const TenantId&, const ConnectorName&, const std::string&,
                                     const Record& record) override {
    TRY(position, record());
    set.clear();
    return position;
  }
  std::vector<SecretFact> secrets_of(const std::optional<TenantId>& tenant) const override {
    asked_for = tenant;
    SecretFact token{.kind = "connector",
                     .tenant = TenantId("acme"),
                     .connector = ConnectorName("crm"),
                     .name = "token",
                     .source = "environment TOKEN",
                     .state = "in_use",
                     .last_four = "last",
                     .key_id = "0123456789ab"};
    auto older = token;
    older.state = "overlap";
    older.set_at =
        Timestamp{std::chrono::microseconds{1'790'000'000'000'000}} - std::chrono::seconds{60};
    older.ends_at = *older.set_at + std::chrono::hours{24};
    older.by = "ops";
    return {token, older};
  }
  std::vector<AcceptedSettings> accepted(const TenantId&,
                                         const connectors::Settings&) const override {
    return taken;
  }
  Error fault{"", ""};
  std::vector<CredentialChange> set;
  std::vector<AcceptedSettings> taken;
  mutable std::optional<TenantId> asked_for;
};

} // namespace tidemark::gateway::test
