#pragma once
#include "base/ids.hpp"
#include "domain/delivery/circuit_breaker.hpp"
#include "domain/delivery/connection_evidence.hpp"
#include "domain/delivery/rate_budget.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// How it goes with everything on its way to one system: what the API, the metrics and
/// `tidemark status` show.
namespace tidemark::domain {

/// Of an account whose tokens are renewed.
enum class AccountState : std::uint8_t {
  connected,
  renewing,         ///< the token in use ended, a new one is on its way
  not_connected,    ///< nobody has connected the account yet
  reconnect_needed, ///< the system does not take the refresh token any more
  failing,          ///< it could not be renewed yet; tried again
};
std::string_view name_of(AccountState state); ///< connected, renewing, not_connected ...

struct AccountStatus {
  AccountState state = AccountState::not_connected;
  std::string key_id; ///< of the token in use
  std::optional<Timestamp> expires_at;
  std::string reason_code; ///< why it could not be renewed
  Timestamp since;         ///< of the state
  bool usable = false;     ///< its token may be used now
};

/// What somebody holds back: one system, all that the tenant sends, or the tenant as a whole; or
/// all sending, until marks were read back after a restore.
enum class PauseOf : std::uint8_t { connector, all_sending, tenant, restore };
std::string_view name_of(PauseOf of);
/// "paused", "all sending is stopped", "the tenant is suspended" ...
std::string_view words_of(PauseOf of);

/// An operator's pause that is in force.
struct Pause {
  Position position;
  Timestamp since;
  bool hold_opt_outs = false;
  std::string reason{};
  std::string by{};
  bool lets_look = false; ///< what the system holds is read meanwhile: after a restore
  std::optional<Timestamp> planned_end{};
  PauseOf of = PauseOf::connector;
};

/// Requests that ended since this part of the engine was started, in all and by how long each took.
struct RequestCounts {
  /// Bucket n ends at 2^(n/8) milliseconds; the last one has no end.
  static constexpr std::size_t buckets = 136;
  std::uint64_t ended = 0;
  std::uint64_t failed = 0;       ///< without an answer, or with one that is no success
  std::uint64_t milliseconds = 0; ///< of all together
  std::array<std::uint32_t, buckets> took{};

  void note(bool has_failed, std::chrono::milliseconds duration);
  /// What came since `earlier`; all of it where this one was begun anew meanwhile.
  RequestCounts since(const RequestCounts& earlier) const;
  /// So long took the one that `share` of all did not exceed, down to a tenth of it; 0 without any.
  std::chrono::milliseconds quantile(double share) const;
};

/// The same for each operation: a step of a delivery such as "create", "list", "look_up", "probe".
/// Not more names than `names_max`: the rest counts under "other".
struct OperationCounts {
  static constexpr std::size_t names_max = 32;
  std::map<std::string, RequestCounts, std::less<>> by_name{};

  void note(std::string_view operation, bool has_failed, std::chrono::milliseconds duration);
};

/// Of one connector of one tenant.
struct ConnectorReport {
  TenantId tenant;
  ConnectorName connector;
  bool receives = true; ///< false: it is only listed, and has no queue
  std::optional<Pause> pause;
  std::uint32_t percent = 100; ///< of what may be sent, while sending goes on in part
  ConnectionEvidence connection;
  bool is_probed = false;     ///< it is asked when there is nothing to send
  bool judges_probes = false; ///< and what it answers tells whether it takes the key
  CircuitState circuit = CircuitState::closed;
  Timestamp circuit_since;
  std::optional<Timestamp> probe_at;
  BudgetStatus budget;
  std::optional<AccountStatus> account; ///< nothing for a fixed token
  std::uint64_t open = 0;               ///< deliveries without their end
  std::uint64_t open_opt_outs = 0;      ///< of them, opt-outs that the system does not have yet
  std::optional<Timestamp> oldest;      ///< when the oldest of them was intended
  std::uint64_t requests_out = 0;
  std::uint64_t workers = 0;  ///< so many requests may be out at once
  std::uint64_t failures = 0; ///< requests in a row without an answer, or with 5xx
  std::uint64_t intended = 0; ///< deliveries that this engine has seen begin, and end
  std::uint64_t ended = 0;
  RequestCounts requests;
  OperationCounts operations; ///< listing and probes too, which `requests` leaves out
  double rate_in = 0,
         rate_out = 0; ///< a second, over the last minute; see app/operations/health_probe.cpp
};

} // namespace tidemark::domain
