#pragma once
#include "base/ids.hpp"
#include "base/keyed_hash.hpp"
#include "base/time.hpp"
#include "connectors/connector.hpp"
#include "storage/log_store.hpp"
#include "storage/tables.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What the gateway needs from the rest: narrow, so that it knows no actor.
namespace tidemark::gateway {

/// A connector of a tenant, ready to verify.
struct Inlet {
  TenantId tenant;
  const connectors::Connector* connector = nullptr;
  connectors::Settings settings;
};

/// A person or program that may read.
struct ApiToken {
  std::string name;
  std::string role;   ///< viewer, auditor, operator, admin
  std::string sha256; ///< hex of the token; the token itself is never kept
};

struct GatewayOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080; ///< 0: any free one
  std::vector<std::string> trusted_proxies;
  std::vector<Inlet> inlets;
  std::vector<TenantId> tenants; ///< one: `/webhooks/...` works without a tenant
  std::vector<ApiToken> tokens;
  std::string default_region = "US";
  std::size_t connections_max = 4096;
  std::string version;
  bool loopback_http_allowed = false; ///< shown in /health
};

/// Health of one part, from a real probe.
struct ServiceHealth {
  std::string name;
  std::string status; ///< connected, degraded, disconnected
  Timestamp since;
  std::string detail;
};
class HealthPort {
public:
  virtual ~HealthPort() = default;
  virtual std::vector<ServiceHealth> services() const = 0;
  /// Can webhooks be accepted?
  virtual bool accepting() const = 0;
  /// Extra lines for /metrics in Prometheus text form.
  virtual std::string metrics() const = 0;
};

/// The world behind the gateway.
struct GatewayPorts {
  storage::LogStore& log;
  const storage::TableStore& tables;
  const KeyedHasher& hasher;
  const WallClock& clock;
  const HealthPort& health;
};

} // namespace tidemark::gateway
