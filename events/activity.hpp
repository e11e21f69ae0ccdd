#pragma once
#include "base/ids.hpp"
#include "events/consent.hpp"
#include "events/contact.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <optional>
#include <string>
#include <vector>

/// What happened with a person: calls, messages, tags, consent. Stream `contact/<id>`, written by
/// the contact actor; each is one decision on one command.
namespace tidemark::events {

/// What came of a call, in the words of whoever summed it up.
struct CallOutcome {
  std::string text;
  TIDEMARK_MEMBERS(CallOutcome, text)
};
/// Logs of before have none.
template <>
inline constexpr bool left_out_when_absent<std::optional<CallOutcome>> = true;

/// How the person rated a call, in the source's own scale.
struct CallRating {
  std::string score;
  TIDEMARK_MEMBERS(CallRating, score)
};
/// Logs of before have none.
template <>
inline constexpr bool left_out_when_absent<std::optional<CallRating>> = true;

/// Everything known of one call, joined by the source's call id. Parts that nobody told are empty.
struct CallFacts {
  ConnectorName source;
  std::string call_id;
  bool inbound = false;
  std::string status; ///< initiated, completed, missed, failed, voicemail
  PiiText their_number;
  std::string our_number;
  std::string agent;      ///< the source's id of the user who spoke; in an intent their key, if any
  std::string started_at; ///< sortable UTC, "" when not told
  std::string updated_at;
  std::uint32_t duration_seconds = 0;
  std::uint32_t talk_seconds = 0;
  std::string disposition; ///< the account's own word for how it went
  PiiText recording;       ///< whoever has the link can listen
  PiiText voicemail;
  PiiText transcript;
  PiiText summary;
  std::optional<CallOutcome> outcome{}; ///< as its summary tells
  std::optional<CallRating> rating{};
  TIDEMARK_MEMBERS(CallFacts, source, call_id, inbound, status, their_number, our_number, agent,
                   started_at, updated_at, duration_seconds, talk_seconds, disposition, recording,
                   voicemail, transcript, summary, outcome, rating)
};

/// How far a message has come; only ever forward (requirement M6).
enum class MessageStatus : std::uint8_t { unknown, queued, sent, delivered, read, failed };
template <>
struct EnumNames<MessageStatus> {
  static constexpr std::array<std::string_view, 6> names{"unknown",   "queued", "sent",
                                                         "delivered", "read",   "failed"};
};

/// One message as its source tells of it.
struct MessageFacts {
  ConnectorName source;
  std::string message_id;             ///< the source's id, "" when it gives none
  std::vector<std::string> other_ids; ///< further ids of the same message over there
  std::string conversation;           ///< the source's thread, "" when not told
  Channel channel = Channel::sms;
  bool inbound = false;
  bool to_be_sent = false; ///< an agent wrote it there, another system has to send it
  PiiText their_address;   ///< the person's number or e-mail
  std::string our_address;
  PiiText subject;
  PiiText text;
  std::vector<std::string> attachments; ///< links
  std::string stated_at;                ///< provider's time, sortable; "" when not told
  MessageStatus status = MessageStatus::unknown;
  std::string error_code;
  std::string error_text;
  std::string agent;
  std::string broadcast{}; ///< the source's id of the broadcast that it is part of, "" none
  TIDEMARK_MEMBERS(MessageFacts, source, message_id, other_ids, conversation, channel, inbound,
                   to_be_sent, their_address, our_address, subject, text, attachments, stated_at,
                   status, error_code, error_text, agent, broadcast)
};

/// A source told of a call of the contact, or of a part of one.
struct CallObserved {
  static constexpr std::string_view name = "call.observed.v1";
  CallFacts call;   ///< as told, this part only
  std::string part; ///< initiated, disposed, call_disposed, recording, transcript, summary ...
  Outcome outcome = Outcome::applied; ///< applied, no_change, parked (not complete), superseded
  Reason reason_code = Reason::none;
  std::vector<TargetOutcome> targets{};
  TIDEMARK_MEMBERS(CallObserved, call, part, outcome, reason_code, targets)
};

/// A source told of a message with the contact, or of what became of one.
struct MessageObserved {
  static constexpr std::string_view name = "message.observed.v1";
  MessageFacts message;
  Outcome outcome = Outcome::applied; ///< applied, no_change, echo_of, superseded
  Reason reason_code = Reason::none;
  DeliveryId echo_of{}; ///< our own delivery that it shows, when the outcome is echo_of
  std::vector<TargetOutcome> targets{};
  TIDEMARK_MEMBERS(MessageObserved, message, outcome, reason_code, echo_of, targets)
};

/// What was to go on to these systems waits there for the body that shows the mark (AwaitedMark).
struct HeldBodies {
  std::vector<ConnectorName> at;
  TIDEMARK_MEMBERS(HeldBodies, at)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<HeldBodies>> = true;

/// A decided change of consent reached a contact that has the address.
struct ConsentApplied {
  static constexpr std::string_view name = "contact.consent_applied.v1";
  ConsentChange change = ConsentChange::revoked; ///< ignored when a later opt-out was applied first
  std::vector<Channel> channels;
  AddressHash address_hash;
  ConnectorName source;
  Evidence evidence = Evidence::flag;
  Position input;                       ///< with which the statement came in
  std::vector<TargetOutcome> targets{}; ///< who is told
  std::optional<HeldBodies> held{};
  TIDEMARK_MEMBERS(ConsentApplied, change, channels, address_hash, source, evidence, input, targets,
                   held)
};

} // namespace tidemark::events
