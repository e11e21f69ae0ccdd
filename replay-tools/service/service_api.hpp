#pragma once
#include "base/keyed_hash.hpp"
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"
#include "storage/remote/remote_log.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace tidemark::tools {

/// The running service: its log to read, and its API to ask as an operator.
class ServiceApi {
public:
  /// Errors: service_unreachable, bad_configuration, bad_usage.
  static Result<ServiceApi> open(const CommonOptions& common);

  storage::RemoteReader& reader() { return *service_; }
  const TenantId& tenant() const { return tenant_; }
  /// Errors: as of tools::check_connector.
  Status check_connector(const std::string& name) const;
  Result<KeyedHasher> hasher(const CommonOptions& common);
  /// Whom a contact id, a number, an address or connector:remote-id names. Errors: bad_usage,
  /// not_found.
  Result<ContactId> contact(const CommonOptions& common, const std::string& key);

  /// The answer to a request below `/api/v1`; `body` is JSON, or empty. Errors:
  /// service_unreachable, and a refusal of the API under its own code.
  Result<nlohmann::ordered_json> ask(const std::string& method, const std::string& target,
                                     const std::string& body = {});

  /// All items of a list, however many pages it has.
  Result<std::vector<nlohmann::ordered_json>> items(const std::string& target);

private:
  ServiceApi(std::string data_dir, std::unique_ptr<storage::RemoteReader> service, TenantId tenant)
      : data_dir_(std::move(data_dir)), service_(std::move(service)), tenant_(std::move(tenant)) {}
  std::string data_dir_;
  std::unique_ptr<storage::RemoteReader> service_;
  TenantId tenant_;
};

} // namespace tidemark::tools
