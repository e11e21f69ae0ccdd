#pragma once
#include "base/ids.hpp"
#include "events/activity.hpp"
#include "events/appointment.hpp"
#include "events/consent.hpp"
#include "events/format/field_set.hpp"
#include "events/history.hpp"
#include "events/intake.hpp"
#include "events/merge.hpp"
#include "events/opportunity.hpp"
#include "events/retry.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What translation finds in a webhook: imperative, about one contact each.
namespace tidemark::domain {

/// A statement about consent as translation found it.
struct ConsentSignal {
  events::ConsentChange change = events::ConsentChange::revoked; ///< revoked, granted or review
  std::vector<events::Channel> channels;
  events::Evidence evidence = events::Evidence::flag;
  std::string rule;        ///< such as "E6.2@1", "" when no rule of ours was needed
  std::string stated_at{}; ///< by the source's clock, sortable; "" when not told
  std::string sender{};    ///< scope, "" all senders
  bool stale = false;      ///< came outside its time: an opt-out applies, an opt-in never does
  events::Field kind = events::Field::phone;
  PiiText address{}; ///< normalised; "": all addresses of the record's person
  /// A mark that we set: where the channel is closed, or was opened since, it says nothing new.
  bool kept_by_us = false;
  /// Words of a webhook that is read again, of which something was decided then: where the channel
  /// is closed, or was opened by later words, they say nothing new.
  bool decided_before = false;
  /// "YES": an opt-in as the answer to a question that was recorded, else nothing.
  bool only_if_asked = false;
  bool may_be_known() const { return kept_by_us || decided_before; }
  bool operator==(const ConsentSignal&) const = default;
};

/// Was a record told of because it changed, or only listed with all others?
enum class ObservationSource : std::uint8_t {
  by_webhook,
  by_backfill,
  by_reconcile,
  by_look_up,
  by_reprocess, ///< by a webhook that came long ago
};

/// "This is how that system's record of the person looks now."
struct ObserveRecord {
  ConnectorName connector;
  RemoteId remote_id;         ///< "" when the body names none (a texting sender)
  events::FieldSet fields;    ///< normalised; only what the body states
  std::string source_version; ///< the record's version or time in a sortable form, "" when none
  bool removed = false;       ///< the record was deleted over there
  bool opt_out_seen = false;  ///< any sign: dnd, is_dnc, is_opted_out ...
  bool phone_is_key = false;  ///< over there a record's number never changes and is nobody else's
  /// What the body says about consent. When `opt_out_seen` is set without any, it is a mark for all
  /// channels.
  std::vector<ConsentSignal> signs{};
  std::optional<std::vector<std::string>> tags{}; ///< all of the record's tags; absent: not stated
  std::string assigned_to{}; ///< that system's id of the user whose contact it is, "" not stated
  ObservationSource listed = ObservationSource::by_webhook;
  std::string run{};         ///< over the system's records that found it (FoundByRun), "" when none
  std::string agent_field{}; ///< what the field that names the agent holds
  std::optional<std::string> status{}; ///< what the status field holds; absent: not stated
  std::vector<std::string> tags_added{}, tags_removed{}; ///< where a body tells the change alone
  Position body{};           ///< webhook that may go on to others as it came, 0 when it may not
  bool created = false;      ///< the body tells that a CRM has a new record
  std::string disposition{}; ///< how an agent has just disposed of the person, "" not stated
  bool operator==(const ObserveRecord&) const = default;
};

/// "This happened in a call of the person, as far as that system tells."
struct ObserveCall {
  RemoteId remote_id;      ///< of the person's record in `call.source`, "" when the body names none
  events::FieldSet fields; ///< keys that find the person: phone
  events::CallFacts call;
  std::string
      part; ///< initiated, disposed, call_disposed, recording, voicemail, transcript, summary
  Position body{}; ///< as of ObserveRecord
  bool operator==(const ObserveCall&) const = default;
};

/// "This message was exchanged with the person, or went so far."
struct ObserveMessage {
  RemoteId remote_id;
  events::FieldSet fields; ///< keys that find the person: phone, email
  events::MessageFacts message;
  std::vector<ConsentSignal> signs; ///< these apply also while nobody knows whose the address is
  Position body{};                  ///< as of ObserveRecord
  bool listed = false; ///< a list from elsewhere has it: it was said before, and is only kept
  bool operator==(const ObserveMessage&) const = default;
};

/// A decided change of consent, told to a contact that has the address.
struct ApplyConsent {
  events::ConsentChanged change;
  bool answers = false; ///< of all who have the address this one answers: who said it
  bool operator==(const ApplyConsent&) const = default;
};

/// Records change hands because two contacts are one person, or two after all.
struct ReleaseRecords {
  ContactId to;
  bool whole = true; ///< all of them: the contact ends. Else those that came from `to`.
  std::vector<AddressHash> addresses{}; ///< see ContactsUnmerged
  bool operator==(const ReleaseRecords&) const = default;
};
struct AdoptRecords {
  ContactId from;
  events::RecordsReleased given;     ///< as recorded
  events::History history{};         ///< of what came with them
  events::Memberships memberships{}; ///< of the records
  bool operator==(const AdoptRecords&) const = default;
};

/// "This appointment was made with the person, or changed."
struct ObserveAppointment {
  RemoteId remote_id;      ///< of the person's record in `appointment.source`
  events::FieldSet fields; ///< keys that find the person, where the body has any
  events::AppointmentFacts appointment;
  bool operator==(const ObserveAppointment&) const = default;
};

/// "This is how that opportunity of the person stands."
struct ObserveOpportunity {
  RemoteId remote_id; ///< of the person's record in `opportunity.source`
  events::OpportunityFacts opportunity;
  bool operator==(const ObserveOpportunity&) const = default;
};

/// "Put the person's lists there right, whatever was done before." Of a contact that is known.
struct RebuildLists {
  ContactId contact;
  ConnectorName target;
  bool operator==(const RebuildLists&) const = default;
};

/// "Map the person's records wherever they are not." Of a contact that is known.
struct RepairMapping {
  bool operator==(const RepairMapping&) const = default;
};

/// "The body is about the person", whatever else it says.
struct ObserveMention {
  ConnectorName connector;
  RemoteId remote_id; ///< of the person's record there
  Position body{};    ///< as of ObserveRecord
  bool operator==(const ObserveMention&) const = default;
};

/// "Try again what failed for good." The request has all that is known of it.
struct RetryDelivery {
  events::DeliveryRetryRequested request;
  bool operator==(const RetryDelivery&) const = default;
};

using Command = std::variant<ObserveRecord, ObserveCall, ObserveMessage, ApplyConsent,
                             ReleaseRecords, AdoptRecords, ObserveAppointment, RebuildLists,
                             RepairMapping, ObserveMention, RetryDelivery, ObserveOpportunity>;
static_assert(std::variant_size_v<Command> == events::EnumNames<events::CommandKind>::names.size());
inline events::CommandKind kind_of(const Command& command) {
  return static_cast<events::CommandKind>(command.index());
}

/// All that a webhook means. Nothing is dropped: what is no command is a skipped part with a
/// reason.
struct Translation {
  std::string kind{}; ///< the vendor's event name, made safe for logs; "" when it has none
  std::vector<Command> commands{};
  std::vector<events::SkippedPart> skipped{};
  std::vector<events::BroadcastObserved> broadcasts{}; ///< about nobody in particular
  /// The body, fresh and whole, is about one person: others may take it as it came.
  bool may_go_on = false;
  bool operator==(const Translation&) const = default;
};

/// A translation that keeps the bytes for a person: they do not parse, or mean something
/// impossible.
Translation quarantined(Reason reason_code, std::string text);
/// A translation without commands, for kinds of later work and for what needs no action.
Translation skipped(std::string kind, Reason reason_code, std::string text);

} // namespace tidemark::domain
