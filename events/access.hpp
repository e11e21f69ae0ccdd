#pragma once
#include "base/secret.hpp"
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

// People who log in; their sessions stand under a tag of their own.

/// Somebody may log in from here on.
struct UserCreated {
  static constexpr std::string_view name = "user.created.v1";
  std::string id;
  PiiText email; ///< in lower case
  Role role = Role::none;
  std::string password_hash; ///< argon2id, with its salt and cost
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(UserCreated, id, email, role, password_hash, reason, by, request_id)
};

/// Another password holds; whoever was logged in is out.
struct UserPasswordSet {
  static constexpr std::string_view name = "user.password_set.v1";
  std::string id;
  std::string password_hash;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(UserPasswordSet, id, password_hash, reason, by, request_id)
};

/// Nobody logs in as this user, and whoever was logged in is out.
struct UserDisabled {
  static constexpr std::string_view name = "user.disabled.v1";
  std::string id;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(UserDisabled, id, reason, by, request_id)
};

/// It may log in again.
struct UserEnabled {
  static constexpr std::string_view name = "user.enabled.v1";
  std::string id;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(UserEnabled, id, reason, by, request_id)
};

/// A user logged in, or had the tokens of a session replaced. Only their hashes are kept.
struct SessionGranted {
  static constexpr std::string_view name = "session.granted.v1";
  std::string session;
  std::string user;
  bool renewed = false;
  std::string access_sha256;
  Timestamp access_until;
  std::string refresh_sha256; ///< may be used once
  Timestamp refresh_until;
  std::string client; ///< the address that asked
  std::string request_id;
  TIDEMARK_MEMBERS(SessionGranted, session, user, renewed, access_sha256, access_until,
                   refresh_sha256, refresh_until, client, request_id)
};

enum class SessionEnd : std::uint8_t { logout, refresh_used_twice };
template <>
struct EnumNames<SessionEnd> {
  static constexpr std::array<std::string_view, 2> names{"logout", "refresh_used_twice"};
};

/// Its tokens let nobody in any more.
struct SessionEnded {
  static constexpr std::string_view name = "session.ended.v1";
  std::string session;
  SessionEnd why = SessionEnd::logout;
  std::string request_id;
  TIDEMARK_MEMBERS(SessionEnded, session, why, request_id)
};

/// Members that nobody is shown, whoever asks and why: guesses could be tried against them.
inline constexpr std::array<std::string_view, 4> never_shown{"token_sha256", "password_hash",
                                                             "access_sha256", "refresh_sha256"};

/// The events above: none is about a contact.
template <class T>
concept AboutAccess = std::is_same_v<T, ApiTokenCreated> || std::
    is_same_v<T, ApiTokenRevoked> || std::is_same_v<T, TenantSuspended> || std::is_same_v<
        T, TenantResumed> || std::is_same_v<T, UserCreated> || std::
        is_same_v<T, UserPasswordSet> || std::is_same_v<T, UserDisabled> || std::is_same_v<
            T, UserEnabled> || std::is_same_v<T, SessionGranted> || std::is_same_v<T, SessionEnded>;

} // namespace tidemark::events
