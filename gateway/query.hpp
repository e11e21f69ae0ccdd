#pragma once
#include "gateway/api.hpp"

namespace tidemark::gateway {

/// The read routes of one caller: rows of the projections and events of the log, of the caller's
/// tenant only, masked where the role does not see personal data.
class Query {
public:
  Query(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller)
      : options_(options), ports_(ports), caller_(caller) {}
  Answer answer(const ApiRequest& request) const;

private:
  const GatewayOptions& options_;
  const GatewayPorts& ports_;
  const Caller& caller_;
};

} // namespace tidemark::gateway
