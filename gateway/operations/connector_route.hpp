#pragma once
#include "base/text/json_reader.hpp"
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// `POST /connectors/{name}/pause` and `/resume`: an operator holds deliveries to a system back.
/// Only records it; no request is dispatched behind the record (actors/connector/flow_control.hpp).
class ConnectorRoute {
public:
  ConnectorRoute(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
                 const ApiRequest& request)
      : options_(options), ports_(ports), caller_(caller), request_(request) {}
  Answer answer() const;

private:
  Result<events::Event> asked(json::Value body, const ConnectorName& connector) const;
  Result<bool> is_paused(const ConnectorName& connector) const;
  Answer record(const ConnectorName& connector, events::Event event) const;
  Answer refuse(std::uint16_t status, std::string_view code, std::string message) const;

  const GatewayOptions& options_;
  const GatewayPorts& ports_;
  const Caller& caller_;
  const ApiRequest& request_;
};

} // namespace tidemark::gateway
