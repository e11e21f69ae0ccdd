#pragma once
#include "events/format/schema.hpp"
#include "events/intake.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

/// Who may use the API, from when on and why. Stream `admin`, under the tag of access.
namespace tidemark::events {

/// What a caller is there for; which rights each has, domain/access/roles.hpp tells.
/// `none` is nobody we know, `local` a program of this machine: no token has them.
enum class Role : std::uint8_t {
  none,
  viewer,
  agent,
  manager,
  operator_,
  auditor,
  admin,
  api,
  local
};
template <>
struct EnumNames<Role> {
  static constexpr std::array<std::string_view, 9> names{
      "none", "viewer", "agent", "manager", "operator", "auditor", "admin", "api", "local"};
};

/// A token of the API was made. It was shown once; only its hash is kept.
struct ApiTokenCreated {
  static constexpr std::string_view name = "api_token.created.v1";
  std::string id;
  std::string token_name; ///< what it is for, as people say it
  Role role = Role::none;
  std::vector<std::string> routes; ///< names of those that the role `api` may use
  bool installation = false;       ///< for every tenant, and for what concerns them all
  std::string token_sha256;        ///< hex
  std::string last_four;           ///< of the token, so that people can tell two apart
  std::optional<Timestamp> expires_at;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ApiTokenCreated, id, token_name, role, routes, installation, token_sha256,
                   last_four, expires_at, reason, by, request_id)
};

/// It lets nobody in any more.
struct ApiTokenRevoked {
  static constexpr std::string_view name = "api_token.revoked.v1";
  std::string id;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ApiTokenRevoked, id, reason, by, request_id)
};

/// From here on nothing but opt-outs is sent for the tenant, and its API is closed. What comes in
/// is taken and decided all the same.
struct TenantSuspended {
  static constexpr std::string_view name = "tenant.suspended.v1";
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(TenantSuspended, reason, by, request_id)
};

/// It works as before.
struct TenantResumed {
  static constexpr std::string_view name = "tenant.resumed.v1";
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(TenantResumed, reason, by, request_id)
};

/// Members that nobody is shown, whoever asks and why: guesses could be tried against them.
inline constexpr std::array<std::string_view, 4> never_shown{"token_sha256", "password_hash",
                                                             "access_sha256", "refresh_sha256"};

/// The events above: none is about a contact.
template <class T>
concept AboutAccess = std::is_same_v<T, ApiTokenCreated> || std::is_same_v<
    T, ApiTokenRevoked> || std::is_same_v<T, TenantSuspended> || std::is_same_v<T, TenantResumed>;

} // namespace tidemark::events
