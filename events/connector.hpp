#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/schema.hpp"

#include <string>
#include <type_traits>

/// What holds back or lets through everything that goes to one system.
namespace tidemark::events {

/// An operator holds deliveries to a system back. Stream `connector/<name>`, written by the API.
struct ConnectorPaused {
  static constexpr std::string_view name = "connector.paused.v1";
  ConnectorName connector;
  bool hold_opt_outs = false; ///< opt-outs wait too; else they go out in spite of the pause
  std::string reason;
  std::string by; ///< name of the token that asked
  std::string request_id;
  bool operator==(const ConnectorPaused&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ConnectorPaused;
    return use(member("connector", &T::connector), member("hold_opt_outs", &T::hold_opt_outs),
               member("reason", &T::reason), member("by", &T::by),
               member("request_id", &T::request_id));
  }
};

/// Deliveries go on where they stood. Stream `connector/<name>`.
struct ConnectorResumed {
  static constexpr std::string_view name = "connector.resumed.v1";
  ConnectorName connector;
  std::string reason;
  std::string by;
  std::string request_id;
  bool operator==(const ConnectorResumed&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ConnectorResumed;
    return use(member("connector", &T::connector), member("reason", &T::reason),
               member("by", &T::by), member("request_id", &T::request_id));
  }
};

/// A system failed so often in a row that only probes go out until it answers again. Stream
/// `flow/<name>`, written by the delivery actor; explains a delay, decides nothing (rule 6).
struct CircuitOpened {
  static constexpr std::string_view name = "circuit.opened.v1";
  ConnectorName connector;
  std::string reason_code;    ///< of the failure that was one too many
  std::uint32_t failures = 0; ///< contacts whose requests failed, without a success between
  Timestamp probe_at;         ///< when the first probe goes out
  bool operator==(const CircuitOpened&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = CircuitOpened;
    return use(member("connector", &T::connector), member("reason_code", &T::reason_code),
               member("failures", &T::failures), member("probe_at", &T::probe_at));
  }
};

/// The probes succeeded: everything goes out again. Stream `flow/<name>`.
struct CircuitClosed {
  static constexpr std::string_view name = "circuit.closed.v1";
  ConnectorName connector;
  bool operator==(const CircuitClosed&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("connector", &CircuitClosed::connector));
  }
};

/// The system's own limit for a day is used up. Stream `flow/<name>`.
struct DailyLimitReached {
  static constexpr std::string_view name = "limit.reached.v1";
  ConnectorName connector;
  std::uint64_t limit = 0; ///< requests a day, as the system states it; 0 when it does not
  Timestamp until;         ///< nothing but opt-outs goes out before
  bool operator==(const DailyLimitReached&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = DailyLimitReached;
    return use(member("connector", &T::connector), member("limit", &T::limit),
               member("until", &T::until));
  }
};

/// A new access token is in use; the token itself is in `keys/tokens` only (rule 19). Stream
/// `token/<name>`, written by the keeper of the tokens.
struct TokenRefreshed {
  static constexpr std::string_view name = "token.refreshed.v1";
  ConnectorName connector;
  std::string key_id;     ///< names the token without telling anything of it
  bool connected = false; ///< by an authorisation code: somebody connected the account
  Timestamp expires_at;
  bool operator==(const TokenRefreshed&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = TokenRefreshed;
    return use(member("connector", &T::connector), member("key_id", &T::key_id),
               member("connected", &T::connected), member("expires_at", &T::expires_at));
  }
};

/// The system does not take the refresh token any more: somebody has to connect the account again.
/// Stream `token/<name>`.
struct TokenRefused {
  static constexpr std::string_view name = "token.refused.v1";
  ConnectorName connector;
  std::string key_id; ///< of the last token that was in use
  std::string reason_code;
  bool operator==(const TokenRefused&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = TokenRefused;
    return use(member("connector", &T::connector), member("key_id", &T::key_id),
               member("reason_code", &T::reason_code));
  }
};

/// The events above: none is about a contact.
template <class T>
concept AboutConnector = std::is_same_v<T, ConnectorPaused> || std::is_same_v<
    T, ConnectorResumed> || std::is_same_v<T, CircuitOpened> || std::
    is_same_v<T, CircuitClosed> || std::is_same_v<T, DailyLimitReached> || std::is_same_v<
        T, TokenRefreshed> || std::is_same_v<T, TokenRefused>;

} // namespace tidemark::events
