#pragma once
#include "base/text/json_reader.hpp"
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"
#include "projections/table/scan.hpp"

namespace tidemark::gateway {

/// `POST /contacts/{id}/merge` and `/unmerge`, `POST /webhooks/{position}/release`: an operator
/// says who is who. Only records it; what follows is decided by the engine from the log.
class ContactRoute {
public:
  ContactRoute(const GatewayPorts& ports, const Caller& caller, const ApiRequest& request)
      : ports_(ports), caller_(caller), request_(request) {}
  Answer answer() const;

private:
  Result<events::Event> asked(json::Value body) const;
  Result<events::Event> merge(json::Value body) const;
  Result<events::Event> unmerge(json::Value body) const;
  Result<events::Event> release(json::Value body) const;
  Result<projections::ContactView> known(const ContactId& contact) const;
  Status can_merge(const ContactId& contact, const ContactId& other) const;
  Answer record(events::Event request) const;
  Answer refuse(std::uint16_t status, std::string_view code, std::string message) const;

  const GatewayPorts& ports_;
  const Caller& caller_;
  const ApiRequest& request_;
};

} // namespace tidemark::gateway
