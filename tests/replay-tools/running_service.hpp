#pragma once
#include "gateway/server/gateway.hpp"
#include "tests/projections/sample_log.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace tidemark::tool {

/// A service as the tools meet it: its HTTP server over a log and tables, asked through the
/// folder's socket. They outlive it.
class RunningService {
public:
  RunningService(
      const std::string& folder, storage::LogStore& log, const storage::TableStore& tables,
      const std::function<void(gateway::GatewayOptions&)>& change = [](auto&) {})
      : gateway_(options(folder, change), {log, tables, hasher_, clock_, health_}) {
    const auto started = gateway_.start();
    EXPECT_TRUE(started.ok()) << started.error().text;
  }

private:
  struct Well final : gateway::HealthPort {
    std::vector<gateway::ServiceHealth> services() const override { return {}; }
    bool accepting() const override { return true; }
    std::string metrics() const override { return {}; }
  };
  static gateway::GatewayOptions
  options(const std::string& folder, const std::function<void(gateway::GatewayOptions&)>& change) {
    gateway::GatewayOptions out;
    out.port = 0;
    out.socket_folder = folder;
    // The log may have more, or others: what is read is the whole log.
    out.tenants = {TenantId("acme"), TenantId("beta")};
    change(out);
    return out;
  }

  sample::StepClock clock_;
  Well health_;
  KeyedHasher hasher_{SecretText(std::string(32, 'p'))};
  gateway::Gateway gateway_;
};

} // namespace tidemark::tool
