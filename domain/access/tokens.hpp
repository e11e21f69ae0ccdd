#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/access/limits.hpp"
#include "domain/access/roles.hpp"
#include "domain/access/tenants.hpp"
#include "domain/access/users.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// Tokens of the API and tenants that do not work, as the log tells.
namespace tidemark::domain {

struct ApiToken {
  std::string id;
  std::string name;
  Role role = Role::none;
  TenantId tenant;                   ///< whose data; of the installation: none
  std::string sha256{};              ///< hex
  std::string last_four{};           ///< "" where it is not known
  std::vector<std::string> routes{}; ///< of the role `api`
  bool installation = false;
  bool from_file = false;  ///< the configuration has it, not the log
  bool of_session = false; ///< of a user who logged in
  std::optional<Timestamp> expires_at{};
  Timestamp created_at{};
  std::string created_by{};
  std::optional<Timestamp> revoked_at{};
};

/// What a session's access token lets its user do; its name is the user's id, since names get
/// about.
ApiToken as_token(const Session& session, const User& user);

enum class TokenState : std::uint8_t { active, expired, revoked };
TokenState state_of(const ApiToken& token, Timestamp now);
std::string_view name_of(TokenState state);

/// Since when and why a tenant does not work.
struct Suspension {
  Timestamp since;
  std::string reason;
  std::string by;
};

struct AccessState {
  std::map<std::string, ApiToken> tokens; ///< by id
  std::map<TenantId, Suspension> suspended;
  UserBook people;
  TenantBook made;
  LimitBook limits;

  const Suspension* suspension(const TenantId& tenant) const;
  /// Whether its own people and programs may do something. Errors: tenant_deleted,
  /// tenant_suspended.
  Status check_active(const TenantId& tenant) const;
};
/// `tenant`: whose event it is. Events about something else change nothing.
void evolve(AccessState& state, const TenantId& tenant, const events::Event& event, Timestamp at);

/// Who wants to give a token to somebody.
struct Grantor {
  Role role = Role::none;
  bool installation = false;
  std::optional<Timestamp> expires_at{}; ///< of its own token
};
/// Nobody gives more than he has: no right, no tenants and no time. Errors: more_than_own,
/// bad_expires_at.
Status check_grant(const Grantor& grantor, const ApiToken& wish, Timestamp now);
/// Errors: bad_name, name_taken (by a token of the same tenant that is in use).
Status check_name(const AccessState& state, const ApiToken& wish, Timestamp now);
/// Errors: not_found, stands_in_file, already_revoked, more_than_own.
Status check_revoke(const AccessState& state, const Grantor& grantor, const TenantId& tenant,
                    const std::string& id);

} // namespace tidemark::domain
