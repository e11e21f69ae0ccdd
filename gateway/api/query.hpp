#pragma once
#include "gateway/api/address.hpp"
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"
#include "projections/consent/review_view.hpp"
#include "projections/table/scan.hpp"

#include <nlohmann/json_fwd.hpp>

namespace tidemark::gateway {

/// The read routes of one caller: rows of the projections and events of the log, of the caller's
/// tenant only, masked where the role does not see personal data.
class Query {
public:
  Query(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
        const ApiRequest& request);
  Answer answer() const;

private:
  using Json = nlohmann::ordered_json;
  using Outcome = Result<Json>; ///< an error's code decides the status

  // query.cpp
  Outcome find() const;
  Outcome mappings() const;
  Outcome quarantine() const;
  Json mapping_json(const projections::MappingView& mapping) const;
  // query_mappings.cpp
  Outcome mapping_repair() const;
  Outcome repaired_json(const projections::TargetView& target) const;
  // query_connectors.cpp
  Outcome connectors() const;
  Outcome queues() const;
  // query_contacts.cpp
  Outcome contacts() const;
  Outcome contact() const;
  Outcome contact_json(const ContactId& id) const;
  Result<std::optional<ContactId>> contact_by_key() const;
  Json fields_json(const events::FieldSet& fields) const;
  // query_deliveries.cpp
  Outcome deliveries() const;
  Outcome delivery() const;
  Json delivery_json(const projections::DeliveryView& delivery) const;
  // query_events.cpp
  Outcome events() const;
  Outcome event() const;
  Outcome tagged_events(const ContactId& contact) const;
  Outcome event_json(const events::StoredEvent& event) const;
  // query_consent.cpp
  Outcome opt_outs() const;
  Outcome opt_out_history() const;
  Outcome address_json(std::string_view hash, const std::string& known) const;
  Outcome opt_outs_json(const projections::ContactView& contact) const;
  Outcome reviews() const;
  Outcome reviews_json(const projections::ContactView& contact) const;
  Json review_json(const projections::ReviewView& review) const;
  Outcome conflicts() const;
  Outcome alerts() const;
  // query_people.cpp
  Outcome parked() const;
  Outcome duplicates() const;
  // query_lists.cpp
  Outcome lists() const;
  Outcome lists_json(const ContactId& contact) const;
  Outcome broadcasts() const;
  Result<Address> address(std::string_view text) const;
  std::string hash_of(const Address& address) const;
  bool is_ours(std::string_view tenant) const { return tenant == caller_.tenant.value; }

  Result<std::size_t> limit() const;
  Result<Position> position(std::string_view text) const;
  std::string_view param(std::string_view name) const { return request_.target.get(name); }
  Error unknown(std::string_view what) const;
  std::string shown(std::string_view field, std::string_view value) const;
  std::string shown_id(const RemoteId& id) const;

  const GatewayOptions& options_;
  const GatewayPorts& ports_;
  const Caller& caller_;
  const ApiRequest& request_;
  projections::Scan scan_;
};

} // namespace tidemark::gateway
