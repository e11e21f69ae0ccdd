#pragma once
#include "base/time.hpp"
#include "connectors/connector.hpp"
#include "gateway/api/routes.hpp"
#include "gateway/http/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidemark::gateway {

/// A request for anything but a webhook, with everything that its route may need.
struct ApiRequest {
  std::string method;
  Target target;
  const Route* route = nullptr; ///< null: no such path
  connectors::Headers headers;
  std::string client; ///< address as text
  std::string body;
  std::string request_id;
  /// Set when it came through the service's own socket: the user of the program that asks.
  std::optional<std::uint32_t> local_user{};
};

/// Who asks, and about whom.
struct Caller {
  Role role = Role::none;
  TenantId tenant;
  std::string name{};                ///< of the token
  std::string token{};               ///< its id; "" of programs of this machine
  bool installation = false;         ///< its token is for every tenant
  std::vector<std::string> routes{}; ///< names of those that the role `api` may use
  std::optional<Timestamp> expires_at{};

  bool sees_personal_data() const { return domain::rights_of(role).has(Right::see_people); }
  /// Of the whole installation: by its token, or because its program is of this machine.
  bool is_for_all() const { return installation || role == Role::local; }
};
/// Does the caller's role, or its token's list, hold the route?
bool may_use(const Caller& caller, const Route& route);

} // namespace tidemark::gateway
