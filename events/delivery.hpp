#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/consent.hpp"
#include "events/format/field_set.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

/// How a change reaches one system.
namespace tidemark::events {

enum class Operation : std::uint8_t { create, update };
template <>
struct EnumNames<Operation> {
  static constexpr std::array<std::string_view, 2> names{"create", "update"};
};

/// One system shall have these values of one contact. Stream `contact/<id>`, part of the contact's
/// decision. Fields only, no bytes: what is sent is decided at dispatch (rule 10).
/// A body that goes on shows that these channels are closed; none: it bears our tags alone.
struct ForwardedMark {
  std::vector<Channel> channels;
  TIDEMARK_MEMBERS(ForwardedMark, channels)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<ForwardedMark>> = true;

/// The person opted out of texts, and the target has yet to hear of that by a body with the mark:
/// this one waits until then, for a day at most.
struct AwaitedMark {
  Position opt_out; ///< the input that closed texts
  TIDEMARK_MEMBERS(AwaitedMark, opt_out)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<AwaitedMark>> = true;

struct DeliveryIntended {
  static constexpr std::string_view name = "delivery.intended.v1";
  DeliveryId delivery;
  ContactId contact;
  ConnectorName target;
  Operation operation = Operation::create;
  RemoteId remote_id{}; ///< "" when it is not known
  FieldSet fields{};    ///< to bring about: all for a create, those that differ for an update
  /// Further values that the target's request may need (upsert keys, names). With `forward`: the
  /// contact's, where an opt-out calls the body off, with `mark` only one of texts; else none.
  FieldSet context{};
  Position forward{};  ///< webhook whose body is to be forwarded, 0 when none
  RemoteId replaces{}; ///< record that is unlinked by this create (a key that cannot be changed)
  std::optional<ForwardedMark> mark{}; ///< of a body that tells of an opt-out
  std::optional<AwaitedMark> awaits{}; ///< of a body that waits for one
  TIDEMARK_MEMBERS(DeliveryIntended, delivery, contact, target, operation, remote_id, fields,
                   context, forward, replaces, mark, awaits)
};

/// Is it a body that shows that texts are closed?
inline bool shows_text_mark(const DeliveryIntended& intent) {
  return intent.mark
         && std::find(intent.mark->channels.begin(), intent.mark->channels.end(), Channel::sms)
                != intent.mark->channels.end();
}

/// A request is about to leave. Stream `delivery/<connector>/<contact>`; nothing is sent before
/// this is durable.
struct DeliveryDispatched {
  static constexpr std::string_view name = "delivery.dispatched.v1";
  DeliveryId delivery;
  Position intent;            ///< where it was intended
  std::uint32_t attempt = 0;  ///< from 1
  std::uint32_t step = 0;     ///< from 0, requests within the attempt
  std::string step_name;      ///< such as "search", "create"
  bool effect = false;        ///< the request changes something over there
  std::string request_sha256; ///< hex, over method, URL without secrets and body
  Position evidence;          ///< consent was known up to here
  TIDEMARK_MEMBERS(DeliveryDispatched, delivery, intent, attempt, step, step_name, effect,
                   request_sha256, evidence)
};

/// What the vendor answered. The body, cut to 64 KiB, is the event's attachment.
struct VendorAnswer {
  std::uint32_t http_status = 0;   ///< 0: no answer came
  Reason transport = Reason::none; ///< why there was no answer: timeout, refused, too_large ...
  bool sent = true;                ///< false: the request surely never reached the vendor
  std::string retry_after;         ///< the header as it came
  std::string content_type;
  std::uint64_t body_bytes = 0; ///< full length
  std::string body_sha256;      ///< hex, of the full body
  std::uint32_t milliseconds = 0;
  std::string date; ///< the header as it came: the vendor's clock
  TIDEMARK_MEMBERS(VendorAnswer, http_status, transport, sent, retry_after, content_type,
                   body_bytes, body_sha256, milliseconds, date)
};

/// What the vendor said is wrong, where its answer says so. Without personal data.
struct Refusal {
  std::string field; ///< the member that it names, "" when it names none
  std::string words; ///< its own, masked and cut
  TIDEMARK_MEMBERS(Refusal, field, words)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<Refusal>> = true;

/// Common to every event that records an answer and what was concluded from it.
struct AnswerFacts {
  DeliveryId delivery;
  Position intent;
  std::uint32_t attempt = 0;
  std::uint32_t step = 0;
  Reason reason_code = Reason::none;
  VendorAnswer answer;
  std::string detail{}; ///< what the reason is about, such as a list's name; no personal data
  std::optional<Refusal> refused{}; ///< none where it was taken, or nothing is said
  TIDEMARK_MEMBERS(AnswerFacts, delivery, intent, attempt, step, reason_code, answer, detail,
                   refused)
};

/// An answer that leads to the next step of the same attempt: a look-up before a write, or an
/// update that finds its record gone.
struct DeliveryLookedUp {
  static constexpr std::string_view name = "delivery.looked_up.v1";
  AnswerFacts facts;
  ContactId contact;
  ConnectorName target;
  RemoteId gone; ///< record that the answer says is no more, "" when none: identity hears of it
  TIDEMARK_MEMBERS(DeliveryLookedUp, facts, contact, target, gone)
};

/// The vendor took it: evidence is in the answer.
struct DeliveryAccepted {
  static constexpr std::string_view name = "delivery.accepted.v1";
  AnswerFacts facts;
  ContactId contact;
  ConnectorName target;
  RemoteId remote_id;      ///< the record over there, "" when the vendor does not tell
  FieldSet fields;         ///< the values that the system holds now
  bool learned_id = false; ///< the id was not known before: identity hears of it
  RemoteId replaces;       ///< record that this one takes the place of, "" when none
  /// The record was there already: nothing was written, `fields` are what it showed and count as
  /// its own word.
  bool found() const { return facts.reason_code == Reason::found_there; }
  TIDEMARK_MEMBERS(DeliveryAccepted, facts, contact, target, remote_id, fields, learned_id,
                   replaces)
};

/// The vendor refused for good; nobody tries again without a change.
struct DeliveryRejected {
  static constexpr std::string_view name = "delivery.rejected.v1";
  AnswerFacts facts;
  TIDEMARK_MEMBERS(DeliveryRejected, facts)
};

/// It may have taken effect or not; the next attempt looks before it repeats (invariant I9).
struct DeliveryUnknown {
  static constexpr std::string_view name = "delivery.unknown.v1";
  AnswerFacts facts;
  Timestamp not_before;
  TIDEMARK_MEMBERS(DeliveryUnknown, facts, not_before)
};

/// It did not take effect; tried again, not before the given time.
struct DeliveryRetryScheduled {
  static constexpr std::string_view name = "delivery.retry_scheduled.v1";
  AnswerFacts facts;
  Timestamp not_before;
  bool refresh_token = false; ///< the credential is read anew before the next attempt, once
  TIDEMARK_MEMBERS(DeliveryRetryScheduled, facts, not_before, refresh_token)
};

/// Given up after too many attempts. It stays listed; an operator can ask again.
struct DeliveryDied {
  static constexpr std::string_view name = "delivery.died.v1";
  AnswerFacts facts;
  TIDEMARK_MEMBERS(DeliveryDied, facts)
};

/// A newer intent for the same contact and system carries everything that this one wanted.
struct DeliverySuperseded {
  static constexpr std::string_view name = "delivery.superseded.v1";
  DeliveryId delivery;
  Position intent;
  DeliveryId by;
  TIDEMARK_MEMBERS(DeliverySuperseded, delivery, intent, by)
};

/// Not sent, and never will be: an opt-out stands against it, or nothing is left to do.
struct DeliverySuppressed {
  static constexpr std::string_view name = "delivery.suppressed.v1";
  DeliveryId delivery;
  Position intent;
  Reason reason_code = Reason::none;
  Position evidence;
  TIDEMARK_MEMBERS(DeliverySuppressed, delivery, intent, reason_code, evidence)
};

} // namespace tidemark::events
