#pragma once
#include "gateway/api/address.hpp"
#include "gateway/api/body.hpp"
#include "gateway/api/request.hpp"
#include "gateway/api/table_scan.hpp"
#include "gateway/ports.hpp"

namespace tidemark::gateway {

class AccessBook;
class AccessControl;
class Counters;
class BulkActions;
class RefusedSignatures;
class WebhookKinds;

/// What a handler works with: one request, whose route lets the caller in. Reads the rows and
/// events of the caller's tenant only, and masks where the role does not see personal data.
struct ApiContext {
  const GatewayOptions& options;
  const GatewayPorts& ports;
  const Counters& counters;
  const RefusedSignatures& refused_signatures;
  WebhookKinds& kinds;
  BulkActions& actions;
  AccessBook& access;
  const AccessControl& control;
  Routes routes; ///< all there are
  const Caller& caller;
  const ApiRequest& request;
  projections::Scan scan = scan_of(ports.tables);

  const TenantId& tenant() const { return caller.tenant; }
  Timestamp now() const { return ports.clock.now(); }
  std::string_view region() const { return options.default_region(caller.tenant); }
  bool is_ours(std::string_view name) const { return name == caller.tenant.value; }
  /// The tenant's connector of that name, or null.
  const WebhookSource* source(const ConnectorName& name) const;
  /// The tenant's connector that the path names. Error: not_found.
  Result<ConnectorName> connector_in_path() const;
  /// The rules in force, or null.
  const domain::SyncRules* rules() const;

  // ---- what is asked for; errors: bad_limit, bad_position, bad_cursor, bad_body

  std::string_view param(std::string_view name) const { return request.target.get(name); }
  /// What stands in the path in the place of `name` in braces.
  const std::string& segment(std::string_view name) const;
  Result<std::size_t> limit(std::size_t otherwise = 50, std::size_t most = 100) const;
  Result<Position> after() const;
  /// In a list in the order of contacts, or of the hashes of addresses. An unknown one must not
  /// answer the first page: a caller would read it twice. `~` leads into the second part of a list
  /// of contacts that has two.
  Result<std::string_view> after_contact() const;
  Result<std::string_view> after_address() const;
  /// Of a filter by the system that `name` in the query names, under which nothing was found. What
  /// one left that is no longer configured is found; one that never was is misspelt. Error:
  /// bad_NAME.
  Status check_system(std::string_view name) const;
  Result<Body> body() const { return Body::read(request.body, request.route->members); }

  // ---- what is shown

  std::string shown(std::string_view field, std::string_view value) const;
  std::string shown_id(const RemoteId& id) const;
  AddressHash hash_of(const Address& address) const;
};

/// "" is position 0. Error: bad_position.
Result<Position> read_position(std::string_view text);
Error unknown(std::string_view what);

} // namespace tidemark::gateway
