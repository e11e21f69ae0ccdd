#pragma once
#include "domain/access/tokens.hpp"
#include "gateway/credentials/cookies.hpp"
#include "gateway/credentials/login_attempts.hpp"
#include "gateway/ports.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace tidemark::gateway {

/// Who may use the API, as the log and the configuration file tell. For several threads.
class AccessBook {
public:
  /// As it was at a moment.
  struct Page {
    domain::AccessState state;
    /// Positions of the newest events: of tokens, tenants and users, and of sessions.
    struct ReadTo {
      Position access, sessions;
    };
    std::map<TenantId, ReadTo> read_to;
  };
  AccessBook(const GatewayOptions& options, storage::LogStore& log);

  /// Reads what is new. Errors: those of reading.
  Status refresh();
  /// The same of the installation alone, where others record too. Errors: those of reading.
  Status refresh_installation();
  std::shared_ptr<const Page> page() const;
  /// Stores an event that was decided on that page, and reads it. Gives its position. Errors:
  /// access_changed, when somebody else was quicker; not_stored, and those of reading.
  Result<Position> record(const Page& decided_on, const TenantId& tenant, events::Event event,
                          bool of_tenant_state = false);
  /// The same of a session: the event is refused too when a user changed meanwhile.
  Result<Position> record_session(const Page& decided_on, const TenantId& tenant,
                                  events::Event event);
  LoginAttempts& logins() { return logins_; }
  CookieBook& cookies() { return cookies_; }
  const CookieBook& cookies() const { return cookies_; }

private:
  Status read_anew(std::span<const TenantId> tenants);
  Status read(Page& page, const TenantId& tenant) const;
  Result<std::vector<Position>> new_sessions(const TenantId& tenant, Position after) const;
  Result<Position> append(storage::Append append);

  storage::LogStore& log_;
  std::vector<TenantId> tenants_; ///< and the installation
  LoginAttempts logins_;
  CookieBook cookies_;
  std::mutex reading_;
  mutable std::mutex guard_; ///< of the page
  std::shared_ptr<const Page> page_;
};

} // namespace tidemark::gateway
