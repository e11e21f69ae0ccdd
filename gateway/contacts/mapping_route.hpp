#pragma once
#include "base/text/json_reader.hpp"
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// `POST /api/v1/mappings/repair` (requirement C14): asks that the contact who has an address be
/// mapped wherever it is not, and says how each system stands now. Records only; the contact
/// decides.
class MappingRoute {
public:
  MappingRoute(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
               const ApiRequest& request)
      : options_(options), ports_(ports), caller_(caller), request_(request) {}
  Answer answer() const;

private:
  Result<events::MappingRepairRequested> asked() const;
  Result<ContactId> contact_of(json::Value body) const;
  Result<std::optional<ContactId>> holder_of(std::string_view kind, json::Value address) const;
  Answer record(events::MappingRepairRequested request) const;
  Answer refuse(const Error& error) const;

  const GatewayOptions& options_;
  const GatewayPorts& ports_;
  const Caller& caller_;
  const ApiRequest& request_;
};

} // namespace tidemark::gateway
