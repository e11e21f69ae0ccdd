#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/access/roles.hpp"
#include "events/all.hpp"

#include <chrono>
#include <map>
#include <string>

/// People who log in, and as what they are logged in.
namespace tidemark::domain {

inline constexpr std::chrono::minutes access_lasts{15};
inline constexpr std::chrono::hours refresh_lasts{24};

struct User {
  std::string id;
  TenantId tenant;
  std::string email; ///< in lower case
  Role role = Role::none;
  std::string password_hash{};
  bool enabled = true;
  Timestamp created_at{};
  std::string created_by{};
};

struct Session {
  std::string id;
  std::string user;
  std::string access_sha256;
  Timestamp access_until;
  std::string refresh_sha256;
  Timestamp refresh_until;
  std::string used_refresh_sha256{}; ///< of the one before
};

struct UserBook {
  std::map<std::string, User> users;       ///< by id
  std::map<std::string, Session> sessions; ///< by id

  const User* find(const TenantId& tenant, std::string_view email) const;
};
/// Events about something else change nothing.
void evolve(UserBook& book, const TenantId& tenant, const events::Event& event, Timestamp at);
/// Sessions that nothing can be done with any more.
void forget_ended(UserBook& book, Timestamp now);

/// `email` in lower case, as it is kept. Error: bad_email.
Result<std::string> user_name(std::string_view email);
/// Error: bad_password.
Status check_password(std::string_view password);

/// What a refresh token may do.
enum class RefreshVerdict : std::uint8_t { good, unknown, expired, used_before, disabled };
struct Refresh {
  RefreshVerdict verdict = RefreshVerdict::unknown;
  const Session* session = nullptr; ///< of `good` and `used_before`
};
Refresh look_at_refresh(const UserBook& book, std::string_view sha256, Timestamp now);

} // namespace tidemark::domain
