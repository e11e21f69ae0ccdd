#include "app/service/status_handler.hpp"

#include "gateway/operations/status.hpp"

#include <algorithm>

namespace tidemark::app {

storage::StatusDesk make_status_desk(const gateway::GatewayOptions& options,
                                     const gateway::GatewayPorts& ports) {
  return [&options, &ports](const std::string& name) -> Result<std::string> {
    const auto& tenants = options.tenants;
    const TenantId tenant(name.empty() && tenants.size() == 1 ? tenants.front().value : name);
    if (std::find(tenants.begin(), tenants.end(), tenant) != tenants.end())
      return gateway::status_text(options, ports, tenant);
    std::string known;
    for (const auto& one : tenants)
      known += (known.empty() ? "" : ", ") + one.value;
    return Error{"bad_usage", "say which tenant with --tenant; the service has: " + known};
  };
}

} // namespace tidemark::app
