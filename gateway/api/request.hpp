#pragma once
#include "connectors/connector.hpp"
#include "gateway/api/routes.hpp"
#include "gateway/http/target.hpp"

#include <cstdint>
#include <optional>
#include <string>

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
  Role role = Role::anyone;
  TenantId tenant;
  std::string name; ///< of the token
  bool sees_personal_data() const { return role >= Role::auditor; }
};

} // namespace tidemark::gateway
