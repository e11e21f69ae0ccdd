#include "app/service/connect_handler.hpp"

namespace tidemark::app {

storage::ConnectDesk make_connect_desk(const gateway::GatewayOptions& options,
                                       actors::TokenKeeper& keeper) {
  return [&options, &keeper](storage::control::ConnectQuestion question) {
    if (question.tenant.empty() && options.tenants.size() == 1)
      question.tenant = options.tenants.front().value;
    return keeper.connect(question);
  };
}

} // namespace tidemark::app
