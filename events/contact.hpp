#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/field_map.hpp"
#include "events/format/field_mask.hpp"
#include "events/format/outcome.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// What happened to one contact. Stream `contact/<id>`, written by the contact actor.
namespace tidemark::events {

/// What the decision on one observation means for one target.
struct TargetOutcome {
  ConnectorName target;
  Outcome outcome = Outcome::no_change;
  Reason reason_code = Reason::none;
  DeliveryId delivery; ///< when the outcome is pending
  TIDEMARK_MEMBERS(TargetOutcome, target, outcome, reason_code, delivery)
};

/// A system told us how its record of the contact looks. One for each observation, also when
/// nothing follows from it.
struct ContactObserved {
  static constexpr std::string_view name = "contact.observed.v1";
  ConnectorName connector;
  RemoteId remote_id;
  FieldSet fields;            ///< normalised values that the body stated
  std::string source_version; ///< the vendor's version or time of the record, "" when it has none
  bool removed = false;       ///< the record no longer exists there
  Outcome outcome = Outcome::applied; ///< applied, no_change, echo_of, superseded, blocked, parked
  Reason reason_code = Reason::none;
  DeliveryId echo_of{}; ///< whose echo, when the outcome is echo_of
  bool opt_out_seen = false;
  std::optional<std::vector<std::string>> tags; ///< all that the record has; absent: not stated
  std::string assigned_to; ///< the source's id of the user whose contact it is, "" not stated
  /// Stated fields that were not taken, by name, each with why: `flapping` (left as it is over
  /// there) or `from_before_our_write` (the record said so before it had our newer value).
  FieldMap<Reason> set_aside{};
  std::vector<TargetOutcome> targets{};
  std::string agent_field{};           ///< what the field that names the agent holds, "" not stated
  std::optional<std::string> status{}; ///< what the status field holds; absent: not stated
  TIDEMARK_MEMBERS(ContactObserved, connector, remote_id, fields, source_version, removed, outcome,
                   reason_code, echo_of, opt_out_seen, tags, assigned_to, set_aside, targets,
                   agent_field, status)
};

/// A system told of the contact what is not acted on here (an opportunity, a note, a task), or what
/// another event of the same body tells (an appointment). The body goes on to the systems that take
/// bodies of that one. Stream `contact/<id>`.
struct ContactMentioned {
  static constexpr std::string_view name = "contact.mentioned.v1";
  ConnectorName connector;
  Outcome outcome = Outcome::applied; ///< applied, parked
  Reason reason_code = Reason::none;
  std::vector<TargetOutcome> targets{};
  TIDEMARK_MEMBERS(ContactMentioned, connector, outcome, reason_code, targets)
};

/// A person's disposition of the contact, by which the account's table sets values.
struct SetByDisposition {
  std::string disposition; ///< in the source's words
  TIDEMARK_MEMBERS(SetByDisposition, disposition)
};
/// Most values are stated themselves.
template <>
inline constexpr bool left_out_when_absent<std::optional<SetByDisposition>> = true;

/// The merged contact has new values, all from one system.
struct ContactChanged {
  static constexpr std::string_view name = "contact.changed.v1";
  FieldSet fields; ///< only those that changed
  ConnectorName source;
  /// Names of those that stand against a value which we had written there: a loop of normalising
  /// systems looks like this, so they count towards flapping (rule 10).
  FieldMask against_ours;
  std::optional<SetByDisposition> set_by{};
  TIDEMARK_MEMBERS(ContactChanged, fields, source, against_ours, set_by)
};

/// Two systems state different values of one field; a rule decided (requirements A1.6, C12).
struct ContactConflictDecided {
  static constexpr std::string_view name = "contact.conflict_decided.v1";
  Field field = Field::first_name;
  std::map<ConnectorName, PiiText> values; ///< what each side states
  ConnectorName winner;
  PiiText value;
  std::string rule; ///< such as "A1.6.phone.valid_e164"
  TIDEMARK_MEMBERS(ContactConflictDecided, field, values, winner, value, rule)
};

} // namespace tidemark::events
