#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/outcome.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"
#include "events/identity.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// What came in from outside, and how its bytes were read.
namespace tidemark::events {

/// Whether the bytes are the vendor's (verified) and fresh, or the vendor's but old (stale).
enum class VerificationVerdict : std::uint8_t { verified, stale };
template <>
struct EnumNames<VerificationVerdict> {
  static constexpr std::array<std::string_view, 2> names{"verified", "stale"};
};

/// No event had a time that may be absent before `WebhookReceived::spooled_at`.
template <>
inline constexpr bool left_out_when_absent<std::optional<Timestamp>> = true;

/// What showed that a webhook is its system's, kept so that it can be shown again (requirement B9).
struct ReceiptProof {
  std::string scheme; ///< `ed25519`, `hmac-sha256` ...; `credential_matched`: a secret itself came
  std::string key_id; ///< tells keys apart without telling anything of them
  /// Those that the signature stands in or covers and that `WebhookReceived::headers` has not; none
  /// of a secret that came itself.
  std::map<std::string, std::string> headers;
  std::string source_address; ///< who sent it, behind proxies that are trusted
  TIDEMARK_MEMBERS(ReceiptProof, scheme, key_id, headers, source_address)
};
inline constexpr std::string_view credential_matched = "credential_matched";

/// Logs of before keep none.
template <>
inline constexpr bool left_out_when_absent<std::optional<ReceiptProof>> = true;

/// The trace that a webhook is part of, as its sender says (W3C Trace Context).
struct TraceContext {
  std::string traceparent; ///< the header, checked
  TIDEMARK_MEMBERS(TraceContext, traceparent)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<TraceContext>> = true;

/// A webhook as it came. The raw body is the event's attachment; headers that carry a secret are
/// never stored. Stream `webhook/<connector>`, written by the gateway.
struct WebhookReceived {
  static constexpr std::string_view name = "webhook.received.v1";
  ConnectorName connector;
  std::string channel; ///< "" for the main channel
  VerificationVerdict verdict = VerificationVerdict::verified;
  std::string delivery_id;    ///< the vendor's id of this delivery, "" when it gives none
  bool maybe_opt_out = false; ///< peek saw a sign: consent tags are on the envelope
  std::string content_type;
  std::map<std::string, std::string> headers; ///< the few that translation may need, lower case
  std::string body_sha256;                    ///< hex, of the attachment
  std::uint64_t body_bytes = 0;
  std::string request_id;
  /// When it was acknowledged, where it stands in the log later than that: the log could not take
  /// it and the spool did (storage/spool/).
  std::optional<Timestamp> spooled_at{};
  std::optional<ReceiptProof> proof{};
  std::optional<TraceContext> trace{};
  TIDEMARK_MEMBERS(WebhookReceived, connector, channel, verdict, delivery_id, maybe_opt_out,
                   content_type, headers, body_sha256, body_bytes, request_id, spooled_at, proof,
                   trace)
};

/// A webhook came again and was known as a repeat; nothing else of it is stored. How often is the
/// sum over the stream. At most one for each doubling of that, and one for each pause of a minute.
/// Stream `repeats/<webhook>`, written by the gateway behind its answer.
struct WebhookRepeated {
  static constexpr std::string_view name = "webhook.repeated.v1";
  Position webhook; ///< the original
  ConnectorName connector;
  std::uint64_t times = 0; ///< since the event of the stream before this one
  Timestamp last_at;       ///< when it came the last time
  TIDEMARK_MEMBERS(WebhookRepeated, webhook, connector, times, last_at)
};

/// What a contact is asked to decide about: the alternatives of domain::Command, in their order.
enum class CommandKind : std::uint8_t {
  observe_record,
  observe_call,
  observe_message,
  apply_consent,
  release_records,
  adopt_records,
  observe_appointment,
  rebuild_lists,
  repair_mapping,
  observe_mention,
  retry_delivery,
  observe_opportunity,
};
template <>
struct EnumNames<CommandKind> {
  static constexpr std::array<std::string_view, 12> names{
      "observe_record",  "observe_call",    "observe_message",     "apply_consent",
      "release_records", "adopt_records",   "observe_appointment", "rebuild_lists",
      "repair_mapping",  "observe_mention", "retry_delivery",      "observe_opportunity"};
};

/// One command that an input leads to, and whose it is.
struct AssignedCommand {
  /// Number of the decision among those that the input leads to.
  std::uint32_t index = 0;
  /// Where the command is found: this place among the commands that the translation of `input` (0:
  /// the very input) gives; for `apply_consent` among the `consent.changed` events of this append.
  std::uint32_t place = 0;
  Position
      input{}; ///< a parked input whose command is released by this one, 0 when it is no other's
  CommandKind kind = CommandKind::observe_record;
  ContactId contact;
  bool new_contact = false;
  std::vector<MatchedBy> matched{};
  NameMatch names = NameMatch::unknown;
  TIDEMARK_MEMBERS(AssignedCommand, index, place, input, kind, contact, new_contact, matched, names)
};

/// A part of a webhook that causes no command now, with the reason. Reprocessing finds it again.
struct SkippedPart {
  Outcome outcome = Outcome::skipped;
  Reason reason_code = Reason::none;
  std::string text; ///< plain sentence, no personal data
  TIDEMARK_MEMBERS(SkippedPart, outcome, reason_code, text)
};

/// What an input means: the commands it leads to with their contacts, in the order in which they
/// are decided, and what was left out and why. Exactly one for each webhook and each consent
/// request; stream `identity`, written by the interpreter.
struct WebhookInterpreted {
  static constexpr std::string_view name = "webhook.interpreted.v1";
  Position webhook;        ///< the input
  ConnectorName connector; ///< "api" for a request
  std::string kind;        ///< the vendor's event name, made safe; "" when it has none
  std::vector<AssignedCommand> commands;
  std::vector<SkippedPart> skipped;
  TIDEMARK_MEMBERS(WebhookInterpreted, webhook, connector, kind, commands, skipped)
};

/// An operator asked that an old webhook be read again, by the rules of now (rule 1). It tells what
/// the log knows of that webhook, so that the decision needs nothing else; the body is its
/// attachment once more. An input; stream `admin`. (Its first version was never written.)
struct WebhookReprocessRequested {
  static constexpr std::string_view name = "webhook.reprocess_requested.v2";
  Position webhook; ///< as it came in
  ConnectorName connector;
  std::string channel;
  bool maybe_opt_out = false;
  std::map<std::string, std::string> headers;
  Timestamp received_at;
  std::vector<CommandKind> led_to; ///< kinds of commands that it has led to: not done again
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(WebhookReprocessRequested, webhook, connector, channel, maybe_opt_out, headers,
                   received_at, led_to, reason, by, request_id)
};

/// What a person says of a stored webhook: somebody has to look at it, or nobody has to any more.
enum class WebhookMark : std::uint8_t { quarantined, done };
template <>
struct EnumNames<WebhookMark> {
  static constexpr std::array<std::string_view, 2> names{"quarantined", "done"};
};

/// It is listed as held, or not any more. What was decided about it stays as it is. Stream
/// `marks/<webhook>`.
struct WebhookMarked {
  static constexpr std::string_view name = "webhook.marked.v1";
  Position webhook; ///< as it came in
  Position reading; ///< it, or the request to read it again, under which it is held
  ConnectorName connector;
  WebhookMark mark = WebhookMark::quarantined;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(WebhookMarked, webhook, reading, connector, mark, reason, by, request_id)
};

// Commands that wait for somebody to become known, and what becomes of them (requirement C18).

/// An input's command that cannot be attached to anybody yet. The envelope carries the tags of what
/// it waits for (of its input, when that is nothing); the card that first names a key releases the
/// command. Stream `identity`.
struct CommandParked {
  static constexpr std::string_view name = "command.parked.v1";
  Position input;
  std::uint32_t index = 0; ///< place among the input's commands
  CommandKind kind = CommandKind::observe_call;
  std::string waiting_for;  ///< for people: "aloware contact 90002"
  std::vector<Hash16> keys; ///< keyed hashes, of which one has to become known
  Timestamp since;          ///< when the input was recorded
  TIDEMARK_MEMBERS(CommandParked, input, index, kind, waiting_for, keys, since)
};

/// It has waited too long: a dead letter. It stays where it is, and is released all the same when
/// its person becomes known after all, or when an operator says whose it is. Same tags; stream
/// `identity`.
struct CommandTimedOut {
  static constexpr std::string_view name = "command.timed_out.v1";
  Position input;
  std::uint32_t index = 0;
  CommandKind kind = CommandKind::observe_call;
  std::string waiting_for;
  std::vector<Hash16> keys;
  Timestamp since;
  std::uint64_t timeout_seconds = 0; ///< as configured at that moment
  TIDEMARK_MEMBERS(CommandTimedOut, input, index, kind, waiting_for, keys, since, timeout_seconds)
};

/// An operator says whose the waiting commands of an input are. An input; stream `admin`.
struct ParkedReleaseRequested {
  static constexpr std::string_view name = "parked.release_requested.v1";
  Position input;            ///< whose commands wait
  std::optional<Hash16> key; ///< one that they wait for, none when they wait for none
  ContactId contact;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ParkedReleaseRequested, input, key, contact, reason, by, request_id)
};

} // namespace tidemark::events
