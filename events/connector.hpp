#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// What holds back or lets through everything that goes to one system.
namespace tidemark::events {

/// The stop is there until what systems hold was read back, or somebody signs for those that were
/// not: lists and look-ups go on.
struct UntilReadBack {
  Position restored; ///< where the restore is recorded
  TIDEMARK_MEMBERS(UntilReadBack, restored)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<UntilReadBack>> = true;

/// Somebody answers for it that sending goes on after a restore.
struct RestoreSigned {
  Position restored;                     ///< where the restore is recorded
  std::vector<ConnectorName> read_back;  ///< what these hold was read to its end
  std::vector<ConnectorName> signed_for; ///< what these hold was not, and cannot be or shall not be
  TIDEMARK_MEMBERS(RestoreSigned, restored, read_back, signed_for)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<RestoreSigned>> = true;

/// Until when people plan it to last. Nothing goes on by itself then: a person sees to it.
struct PlannedEnd {
  Timestamp at;
  TIDEMARK_MEMBERS(PlannedEnd, at)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<PlannedEnd>> = true;

/// An operator holds deliveries to a system back. Stream `connector/<name>`, written by the API.
struct ConnectorPaused {
  static constexpr std::string_view name = "connector.paused.v1";
  ConnectorName connector;
  bool hold_opt_outs = false; ///< opt-outs wait too; else they go out in spite of the pause
  std::string reason;
  std::string by; ///< name of the token that asked; `tidemark` when sending fell back by itself
  std::string request_id;
  std::optional<PlannedEnd> planned_end{};
  TIDEMARK_MEMBERS(ConnectorPaused, connector, hold_opt_outs, reason, by, request_id, planned_end)
};

/// Deliveries go on where they stood. Stream `connector/<name>`.
struct ConnectorResumed {
  static constexpr std::string_view name = "connector.resumed.v1";
  ConnectorName connector;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ConnectorResumed, connector, reason, by, request_id)
};

/// Somebody wrote down what is known of an outage over there. It holds nothing back. Stream
/// `note/<name>`, written by the API; the newest is the one that is shown.
struct ConnectorNoted {
  static constexpr std::string_view name = "connector.noted.v1";
  ConnectorName connector;
  std::string text;
  std::string link; ///< https, such as a status page; "" when there is none
  std::optional<PlannedEnd> planned_end{};
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ConnectorNoted, connector, text, link, planned_end, reason, by, request_id)
};

/// The note says nothing any more. Stream `note/<name>`.
struct ConnectorNoteCleared {
  static constexpr std::string_view name = "connector.note_cleared.v1";
  ConnectorName connector;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ConnectorNoteCleared, connector, reason, by, request_id)
};

/// Somebody stops all that a tenant sends. Webhooks are taken and decided all the same. Stream
/// `admin/sending`, written by the API and by a restore.
struct SendingStopped {
  static constexpr std::string_view name = "sending.stopped.v1";
  bool hold_opt_outs = false; ///< opt-outs wait too; else they go out in spite of the stop
  std::optional<PlannedEnd> planned_end{};
  std::string reason;
  std::string by; ///< name of the token that asked
  std::string request_id;
  std::optional<UntilReadBack> until_read_back{};
  TIDEMARK_MEMBERS(SendingStopped, hold_opt_outs, planned_end, reason, by, request_id,
                   until_read_back)
};

/// Sending goes on, in full or in part. Stream `admin/sending`.
struct SendingResumed {
  static constexpr std::string_view name = "sending.resumed.v1";
  std::uint32_t percent = 100; ///< of the requests a second and at a time; opt-outs are not slowed
  std::string reason;
  std::string by;
  std::string request_id;
  std::optional<RestoreSigned> restore_signed{};
  TIDEMARK_MEMBERS(SendingResumed, percent, reason, by, request_id, restore_signed)
};

/// A system failed so often in a row that only probes go out until it answers again. Stream
/// `flow/<name>`, written by the delivery actor; explains a delay, decides nothing (rule 6).
struct CircuitOpened {
  static constexpr std::string_view name = "circuit.opened.v1";
  ConnectorName connector;
  Reason reason_code = Reason::none; ///< of the failure that was one too many
  std::uint32_t failures = 0;        ///< contacts whose requests failed, without a success between
  Timestamp probe_at;                ///< when the first probe goes out
  TIDEMARK_MEMBERS(CircuitOpened, connector, reason_code, failures, probe_at)
};

/// The probes succeeded: everything goes out again. Stream `flow/<name>`.
struct CircuitClosed {
  static constexpr std::string_view name = "circuit.closed.v1";
  ConnectorName connector;
  TIDEMARK_MEMBERS(CircuitClosed, connector)
};

/// The system's own limit for a day is used up. Stream `flow/<name>`.
struct DailyLimitReached {
  static constexpr std::string_view name = "limit.reached.v1";
  ConnectorName connector;
  std::uint64_t limit = 0; ///< requests a day, as the system states it; 0 when it does not
  Timestamp until;         ///< nothing but opt-outs goes out before
  TIDEMARK_MEMBERS(DailyLimitReached, connector, limit, until)
};

/// Who had a token renewed by hand: of each the name of their own token, and their request.
struct RenewalAsked {
  std::vector<std::string> by;
  std::vector<std::string> request_ids;
  TIDEMARK_MEMBERS(RenewalAsked, by, request_ids)
};
/// Without it the renewal was due, or the system had refused the token.
template <>
inline constexpr bool left_out_when_absent<std::optional<RenewalAsked>> = true;

/// A new access token is in use; the token itself is in `keys/tokens` only (rule 19). Stream
/// `token/<name>`, written by the keeper of the tokens.
struct TokenRefreshed {
  static constexpr std::string_view name = "token.refreshed.v1";
  ConnectorName connector;
  std::string key_id;     ///< names the token without telling anything of it
  bool connected = false; ///< by an authorisation code: somebody connected the account
  Timestamp expires_at;
  std::optional<RenewalAsked> asked{};
  TIDEMARK_MEMBERS(TokenRefreshed, connector, key_id, connected, expires_at, asked)
};

/// The system does not take the refresh token any more: somebody has to connect the account again.
/// Stream `token/<name>`.
struct TokenRefused {
  static constexpr std::string_view name = "token.refused.v1";
  ConnectorName connector;
  std::string key_id; ///< of the last token that was in use
  Reason reason_code = Reason::none;
  std::optional<RenewalAsked> asked{};
  TIDEMARK_MEMBERS(TokenRefused, connector, key_id, reason_code, asked)
};

enum class CredentialState : std::uint8_t { accepted, refused };
template <>
struct EnumNames<CredentialState> {
  static constexpr std::array<std::string_view, 2> names{"accepted", "refused"};
};

/// A system judged our secret otherwise than before, or another secret is in use. Stream
/// `credential/<name>`, written by whoever sends; what health says rests on it after a restart.
struct CredentialChanged {
  static constexpr std::string_view name = "credential.changed.v1";
  ConnectorName connector;
  std::string key_id;          ///< tells secrets apart without telling anything of them
  bool forward_secret = false; ///< that of forwarded bodies, not the token
  CredentialState state = CredentialState::accepted;
  std::uint32_t http_status = 0;
  Reason reason_code = Reason::none; ///< of a refusal
  bool probe = false;                ///< seen by a probe, not by a delivery
  TIDEMARK_MEMBERS(CredentialChanged, connector, key_id, forward_secret, state, http_status,
                   reason_code, probe)
};

/// What is wrong with a custom field over there.
enum class FieldFault : std::uint8_t { missing, other_type, missing_options };
template <>
struct EnumNames<FieldFault> {
  static constexpr std::array<std::string_view, 3> names{"missing", "other_type",
                                                         "missing_options"};
};
struct FieldFinding {
  std::string field; ///< our name of it
  std::string key;   ///< as configured for the system
  FieldFault fault = FieldFault::missing;
  std::string detail; ///< the type that it has there, or the options that it lacks
  TIDEMARK_MEMBERS(FieldFinding, field, key, fault, detail)
};

/// A system told which custom fields it has; they were compared with the configured ones. Written
/// where the result is another than the last. Stream `custom_fields/<name>`.
struct CustomFieldsChecked {
  static constexpr std::string_view name = "custom_fields.checked.v1";
  ConnectorName connector;
  std::uint32_t configured = 0; ///< how many fields were looked for
  std::vector<FieldFinding> findings;
  Reason failure = Reason::none; ///< why the answer told nothing
  TIDEMARK_MEMBERS(CustomFieldsChecked, connector, configured, findings, failure)
};

/// A secret of a connector was set while the service ran. The secret itself is sealed below
/// `keys/credentials`. Stream `admin`.
struct CredentialSet {
  static constexpr std::string_view name = "credential.set.v1";
  ConnectorName connector;
  std::string setting;
  std::string key_id;                      ///< tells secrets apart without telling anything of them
  std::string last_four;                   ///< "" of one that is too short to show any of it
  std::optional<Timestamp> previous_until; ///< so long the one before is accepted too
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(CredentialSet, connector, setting, key_id, last_four, previous_until, reason, by,
                   request_id)
};

/// The configuration's is in use again. Stream `admin`.
struct CredentialRemoved {
  static constexpr std::string_view name = "credential.removed.v1";
  ConnectorName connector;
  std::string setting;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(CredentialRemoved, connector, setting, reason, by, request_id)
};

/// The events above: none is about a contact.
template <class T>
concept AboutConnector = std::is_same_v<T, ConnectorPaused> || std::is_same_v<
    T, ConnectorResumed> || std::is_same_v<T, CircuitOpened> || std::
    is_same_v<T, SendingStopped> || std::is_same_v<T, SendingResumed> || std::is_same_v<
        T, CircuitClosed> || std::is_same_v<T, DailyLimitReached> || std::
        is_same_v<T, TokenRefreshed> || std::is_same_v<T, TokenRefused> || std::is_same_v<
            T, CredentialChanged> || std::is_same_v<T, CustomFieldsChecked> || std::
            is_same_v<T, CredentialSet> || std::is_same_v<T, CredentialRemoved> || std::is_same_v<
                T, ConnectorNoted> || std::is_same_v<T, ConnectorNoteCleared>;

} // namespace tidemark::events
