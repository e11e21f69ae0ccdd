#include "app/service/api_handler.hpp"

#include "gateway/local_api.hpp"

#include <algorithm>

namespace tidemark::app {

storage::ApiDesk make_api_desk(const gateway::GatewayOptions& options,
                               const gateway::GatewayPorts& ports) {
  return [&options, &ports](
             const storage::control::ApiQuestion& question) -> Result<storage::control::ApiAnswer> {
    const TenantId tenant(question.tenant);
    if (std::find(options.tenants.begin(), options.tenants.end(), tenant) == options.tenants.end())
      return Error{"bad_usage", "the service has no tenant of this name: check --tenant"};
    const gateway::Caller caller{gateway::Role::operator_, tenant, question.by};
    auto answer = gateway::answer_locally(options, ports, caller, question.method, question.target,
                                          question.body);
    return storage::control::ApiAnswer{answer.status, std::move(answer.body)};
  };
}

} // namespace tidemark::app
