#pragma once
#include "base/text/json_reader.hpp"
#include "gateway/api/address.hpp"
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"
#include "projections/consent/review_view.hpp"

namespace tidemark::gateway {

/// `POST /opt-outs`, `/opt-ins` and `/reviews/{id}`: what an operator or a program of the company
/// says about consent. Only records it; what follows is decided by the engine from the log. Sends
/// to the address wait from the moment the record is durable, which is before the answer.
class ConsentRoute {
public:
  ConsentRoute(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
               const ApiRequest& request)
      : options_(options), ports_(ports), caller_(caller), request_(request) {}
  Answer answer() const;

private:
  using Requests = Result<std::vector<events::ConsentRequested>>;
  Requests statement(json::Value body, events::ConsentChange change) const;
  Requests decision(json::Value body) const;
  Result<std::vector<events::Channel>> channels(json::Value body, events::Field kind) const;
  Result<std::string> stated_at(json::Value body) const;
  Result<std::string> address_of(const projections::ReviewView& review) const;
  Answer record(const std::vector<events::ConsentRequested>& requests) const;
  Answer refuse(std::uint16_t status, std::string_view code, std::string message) const;

  const GatewayOptions& options_;
  const GatewayPorts& ports_;
  const Caller& caller_;
  const ApiRequest& request_;
};

} // namespace tidemark::gateway
