#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/field_set.hpp"
#include "events/format/outcome.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who may be written to or called, and why we know. Consent belongs to the address, not to the
/// contact (rule 7).
namespace tidemark::events {

/// By which way a person is reached.
enum class Channel : std::uint8_t { sms, call, whatsapp, email };
template <>
struct EnumNames<Channel> {
  static constexpr std::array<std::string_view, 4> names{"sms", "call", "whatsapp", "email"};
};

/// The kind of address that the channel leads to: phone or email.
constexpr Field address_kind(Channel channel) {
  return channel == Channel::email ? Field::email : Field::phone;
}

enum class ConsentChange : std::uint8_t {
  revoked, ///< nothing leaves to the address any more
  granted, ///< what stood against it is lifted
  ignored, ///< said, but without effect, with the reason
  review,  ///< may be an opt-out: a person decides, and sends wait until then
  cleared, ///< a person decided that it was none
  asked,   ///< somebody asked for an opt-in: a YES within a day answers it, and lifts nothing
};
template <>
struct EnumNames<ConsentChange> {
  static constexpr std::array<std::string_view, 6> names{"revoked", "granted", "ignored",
                                                         "review",  "cleared", "asked"};
};

/// What a statement about consent rests on (requirement O2). Ordered by kind, not by strength:
/// domain/consent/suppression.hpp knows that.
enum class Evidence : std::uint8_t {
  flag,           ///< a do-not-disturb or do-not-call mark on a record
  tag,            ///< a tag that people use as such a mark
  vendor_refusal, ///< a provider refused a send because the person opted out there
  vendor_event,   ///< a provider says that the person opted out or in
  message_text,   ///< the person's own words
  unsubscribe,    ///< a link or header in an e-mail
  api,            ///< a program of the company
  manual,         ///< an operator, with a reason
  imported,       ///< a list of opt-outs from elsewhere
};
template <>
struct EnumNames<Evidence> {
  static constexpr std::array<std::string_view, 9> names{
      "flag",        "tag", "vendor_refusal", "vendor_event", "message_text",
      "unsubscribe", "api", "manual",         "imported"};
};

/// How rules begin that name the import of a list. What follows from one stands behind what people
/// say just now.
inline constexpr std::string_view import_mark = "import:";
inline bool is_of_import(std::string_view rule) {
  return rule.starts_with(import_mark);
}

/// A run over a system's records found it there, and no webhook had told of it.
struct FoundByRun {
  std::string run; ///< kind and position of the request, such as "reconcile:41"
  TIDEMARK_MEMBERS(FoundByRun, run)
};
template <>
inline constexpr bool left_out_when_absent<std::optional<FoundByRun>> = true;

/// Does the purpose of an opt-out say that it comes from a list, an import's or a run's? All of one
/// list stand behind what people say just now.
inline bool is_of_list(std::string_view purpose) {
  return is_of_import(purpose) || purpose.starts_with("backfill:")
         || purpose.starts_with("reconcile:") || purpose.starts_with("read_back:");
}

/// One decided statement about one address. Stream `consent/<address hash>`, written by the
/// interpreter; the envelope carries the address's consent tag.
struct ConsentChanged {
  static constexpr std::string_view name = "consent.changed.v1";
  Field kind = Field::phone; ///< phone or email
  AddressHash address_hash;
  PiiText address{}; ///< "" when only a record of the person was named
  ConsentChange change = ConsentChange::revoked;
  std::vector<Channel> channels;
  std::string sender; ///< scope: our number or service; "" all of them (requirement E6.6)
  Reason reason_code = Reason::none; ///< why it has no effect, or why a person has to look; else ""
  Evidence evidence = Evidence::flag;
  ConnectorName source;  ///< the system that told of it; "api" for requests
  std::string rule;      ///< rule and its version, such as "E6.2@1"
  std::string by;        ///< "person", or the operator's name
  std::string stated_at; ///< when it was said, by the source's clock, sortable; "" when not told
  Position input;        ///< the input that says so: it holds from there on
  Timestamp received_at; ///< when that was recorded
  /// The address it was said about, when this is another of theirs.
  std::optional<AddressHash> alias_of{};
  Position request{}; ///< the input of the review that this decides, 0 when none
  RemoteId record;    ///< on which a mark stands; "" for words, or when none was named
  std::optional<FoundByRun> found{};
  TIDEMARK_MEMBERS(ConsentChanged, kind, address_hash, address, change, channels, sender,
                   reason_code, evidence, source, rule, by, stated_at, input, received_at, alias_of,
                   request, record, found)
};

/// An operator or a program of the company states consent. An input; stream `admin`; the envelope
/// carries the address's consent tag, so that sends wait from the moment it is durable.
struct ConsentRequested {
  static constexpr std::string_view name = "consent.requested.v1";
  Field kind = Field::phone;
  PiiText address;                               ///< normalised
  ConsentChange change = ConsentChange::revoked; ///< revoked, granted or cleared
  std::vector<Channel> channels;                 ///< empty: all that the kind of address has
  std::string sender;
  Evidence evidence = Evidence::api;
  std::string reason;
  std::string by;
  std::string stated_at; ///< when the person said so, if that was earlier; "" now
  Position review;       ///< the review that this decides, 0 when none
  std::string request_id;
  TIDEMARK_MEMBERS(ConsentRequested, kind, address, change, channels, sender, evidence, reason, by,
                   stated_at, review, request_id)
};

/// One address of a row of a list of opt-outs from elsewhere. An input; stream `import/<file>`; the
/// envelope carries the address's tag of imports, so that sends to it wait from the moment it is
/// durable. It closes, or asks a person; it never opens.
struct OptOutImported {
  static constexpr std::string_view name = "opt_out.imported.v1";
  std::string file_hash; ///< SHA-256 of the file, hex
  std::uint64_t line = 0;
  Field kind = Field::phone;
  PiiText address; ///< normalised
  std::vector<Channel> channels;
  std::string stated_at; ///< when the person said so, sortable; "" when the row does not tell
  std::string reason;    ///< what list it is
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(OptOutImported, file_hash, line, kind, address, channels, stated_at, reason, by,
                   request_id)
};

/// Calls to the address are closed, and somebody records that the person asked to be called all the
/// same. The audit alone reads it: it opens nothing. Stream `admin`.
struct CallAllowed {
  static constexpr std::string_view name = "call.allowed.v1";
  PiiText address; ///< the phone number, normalised
  Timestamp until; ///< it excuses calls that begin from now on and before this
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(CallAllowed, address, until, reason, by, request_id)
};

/// Somebody set a person's do-not-contact mark in a system by hand, and says so. Stream `admin`.
struct OptOutMarkedByHand {
  static constexpr std::string_view name = "opt_out.marked_by_hand.v1";
  Field kind = Field::phone;
  PiiText address; ///< normalised
  ConnectorName connector;
  std::vector<ContactId> contacts; ///< whose mark was left to people there
  Position up_to; ///< opt-outs that the system was to be told of later do not count
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(OptOutMarkedByHand, kind, address, connector, contacts, up_to, reason, by,
                   request_id)
};

// What the engine noticed about its own promises to people who opted out: told once, so that a log
// shows when it was known (requirements O6, O15, E1, E7).

enum class DeadlineState : std::uint8_t {
  near,    ///< it will be missed soon if nothing happens
  missed,  ///< it has passed, and the system has not confirmed
  settled, ///< after near or missed: the system has confirmed, or need not any more
};
template <>
struct EnumNames<DeadlineState> {
  static constexpr std::array<std::string_view, 3> names{"near", "missed", "settled"};
};

/// A time by which a system has to confirm an opt-out. Stream `watch`.
struct DeadlineReached {
  static constexpr std::string_view name = "deadline.reached.v1";
  DeliveryId delivery; ///< that tells the system
  ContactId contact;
  ConnectorName target;
  std::string rule; ///< confirmed_in_2_minutes, tcpa_10_business_days ...
  Timestamp due;
  DeadlineState state = DeadlineState::missed;
  TIDEMARK_MEMBERS(DeadlineReached, delivery, contact, target, rule, due, state)
};

/// A message reached an address that was closed. Stream `watch`.
struct ViolationFound {
  static constexpr std::string_view name = "violation.found.v1";
  AddressHash address_hash;
  ConnectorName connector; ///< that sent it
  Channel channel = Channel::sms;
  DeliveryId delivery; ///< "" when another system sent it of its own accord
  Position message;    ///< of the dispatch, or of the input that shows the message
  Position opt_out;    ///< the statement that it goes against
  Timestamp at;        ///< when it left; by the other system's clock when that sent it
  TIDEMARK_MEMBERS(ViolationFound, address_hash, connector, channel, delivery, message, opt_out, at)
};

/// Opt-outs that leave nothing to people: they need not be looked at any more. Stream `watch`.
struct HandsSettled {
  static constexpr std::string_view name = "opt_out.hands_settled.v1";
  std::vector<Position> opt_outs; ///< where a contact took it in, or a system was to be told
  TIDEMARK_MEMBERS(HandsSettled, opt_outs)
};

/// Every message up to here was looked at. Stream `watch`.
struct WatchLooked {
  static constexpr std::string_view name = "watch.looked.v1";
  Position to;
  TIDEMARK_MEMBERS(WatchLooked, to)
};

} // namespace tidemark::events
