#pragma once
#include "events/activity.hpp"
#include "events/connector.hpp"
#include "events/consent.hpp"
#include "events/delivery.hpp"
#include "events/format/reason.hpp"
#include "events/lists.hpp"

#include <optional>

/// What a system shall do about one contact besides holding its values. Every action happens once,
/// in order; none takes the place of another. Its attempts are told by the delivery.* events.
namespace tidemark::events {

enum class Action : std::uint8_t {
  opt_out,      ///< hold the channels closed, leave lists and sequences
  opt_in,       ///< open the channels again
  log_call,     ///< show a call
  log_message,  ///< show a message that was exchanged elsewhere; nothing is sent
  send_message, ///< send a message to the person: only this one passes the send gate
  set_status,   ///< tell what became of a message that the system shows
  add_tags,
  remove_tags,
  join_list,       ///< put the contact on one call list
  leave_lists,     ///< take it off call lists
  set_owner,       ///< say whose contact it is
  join_sequence,   ///< leave every list and sequence, and begin one sequence
  leave_sequences, ///< end every sequence
};
template <>
struct EnumNames<Action> {
  static constexpr std::array<std::string_view, 13> names{
      "opt_out",    "opt_in",        "log_call",       "log_message", "send_message",
      "set_status", "add_tags",      "remove_tags",    "join_list",   "leave_lists",
      "set_owner",  "join_sequence", "leave_sequences"};
};

/// Of an action that is tried again because somebody asked for it.
struct Repetition {
  std::vector<DeliveryId> earlier; ///< that were to do the same and failed, the first one first
  bool unsure = false;             ///< one of them may have taken effect: it looks before it acts
  TIDEMARK_MEMBERS(Repetition, earlier, unsure)
};

template <>
inline constexpr bool left_out_when_absent<std::optional<Repetition>> = true;

/// Stream `contact/<id>`, part of the contact's decision.
struct ActionIntended {
  static constexpr std::string_view name = "action.intended.v1";
  DeliveryId delivery;
  ContactId contact;
  ConnectorName target;
  Action action = Action::opt_out;
  RemoteId remote_id;            ///< the contact's record there, "" when it was not known
  FieldSet context;              ///< the contact's values that the request may need (phone, e-mail)
  std::vector<Channel> channels; ///< of opt_out and opt_in
  std::vector<std::string> tags; ///< of add_tags and remove_tags
  std::optional<CallFacts> call;
  std::optional<MessageFacts> message;
  std::string shown_as;     ///< id that the target gave to the call or message, "" when not known
  bool needs_record = true; ///< it waits until the contact has a record there
  /// Of log_call: the call is shown already, this is what came to be known since.
  bool addition = false;
  /// Of send_message: conversation, confirmation, help; of an imported opt_out: the rule that names
  /// the import.
  std::string purpose;
  Position allowance; ///< of a confirmation: the input with the opt-out that it confirms
  std::optional<Placement> placement{}; ///< of the actions about lists, owner and sequences
  std::optional<Repetition> repeats{};  ///< none: it was not asked for before
  TIDEMARK_MEMBERS(ActionIntended, delivery, contact, target, action, remote_id, context, channels,
                   tags, call, message, shown_as, needs_record, addition, purpose, allowance,
                   placement, repeats)
};

/// What the table of quiet hours said of a message to a number of one of its countries.
struct QuietRuling {
  std::string table;      ///< its version
  std::string rule;       ///< domain/consent/quiet_rules.hpp
  std::string place_from; ///< how the place was known: contact, area_code, unknown
  TIDEMARK_MEMBERS(QuietRuling, table, rule, place_from)
};

/// Without one the table was not asked.
template <>
inline constexpr bool left_out_when_absent<std::optional<QuietRuling>> = true;

/// What was known of the messages to a person before, and which rule of the pacing held this one
/// back (events/engine.hpp: SendPacing).
struct PacingRuling {
  std::string held_by; ///< per_week, cool_down, holidays; "" when none of them did
  /// When that rule lets go: of holidays the time where the person is, as in `local_time`; of the
  /// others, and of a holiday where nobody knows the place, UTC; "" without `held_by`.
  std::string until;
  std::uint32_t sent_in_week = 0; ///< messages to the person in the seven days before
  std::string last_sent_at;       ///< of them the last, "" none
  std::string week_free_at;       ///< when they are fewer than `per_week` again, "" they are
  bool answers = false;           ///< the person wrote within the hour before: none of it holds
  TIDEMARK_MEMBERS(PacingRuling, held_by, until, sent_in_week, last_sent_at, week_free_at, answers)
};

/// Without one no pacing was configured.
template <>
inline constexpr bool left_out_when_absent<std::optional<PacingRuling>> = true;

/// Whether what an agent writes in a channel may leave. Stream `admin/flags`, under the tag of
/// both, written by the API; decisions count what was said last before them.
struct AgentFlagSet {
  static constexpr std::string_view name = "agent_flag.set.v1";
  std::string agent; ///< its key in the configuration, else what its system calls the user
  Channel channel = Channel::sms;
  bool on = true;
  std::optional<PlannedEnd> planned_end{}; ///< of one that is off
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(AgentFlagSet, agent, channel, on, planned_end, reason, by, request_id)
};

/// Who wrote a message is switched off in its channel.
struct FlagRuling {
  std::string agent; ///< the name that the flag is set for
  Position set;      ///< where somebody switched it off
  TIDEMARK_MEMBERS(FlagRuling, agent, set)
};

/// Without one the writer was on, as far as it is known.
template <>
inline constexpr bool left_out_when_absent<std::optional<FlagRuling>> = true;

/// May this message leave? Everything that was known when it was decided (requirement E11). Stream
/// `delivery/<connector>/<contact>`, in the same append as the dispatch or the suppression.
struct SendDecided {
  static constexpr std::string_view name = "send.decided.v1";
  DeliveryId delivery;
  bool allowed = false;
  /// opted_out, in_review, agent_switched_off, quiet_hours, local_time_unknown, cap_reached,
  /// holiday, weekly_cap_reached, cool_down; "" when allowed
  Reason reason_code = Reason::none;
  std::string purpose; ///< conversation, confirmation, help, marketing
  Channel channel = Channel::sms;
  Position evidence;      ///< consent was known up to here
  Position consent;       ///< the statement that closes the address, 0 when none stands
  std::string rules;      ///< of the gate, and what quiet hours said (domain/consent/send_gate.hpp)
  std::string local_time; ///< where the person is, "" when it is not known
  std::string time_zone;
  std::string time_zone_from;    ///< contact, place, default, unknown; "" before gate@4
  std::uint32_t sent_in_day = 0; ///< messages to the person in the 24 hours before
  std::string decided_at;        ///< by the engine's clock
  std::string body_sha256;       ///< hex, of the text
  std::string allowance;         ///< what lets it pass although the address is closed, "" none
  std::optional<QuietRuling> ruling{};
  std::optional<PacingRuling> pacing{};
  std::optional<FlagRuling> flag{};
  TIDEMARK_MEMBERS(SendDecided, delivery, allowed, reason_code, purpose, channel, evidence, consent,
                   rules, local_time, time_zone, time_zone_from, sent_in_day, decided_at,
                   body_sha256, allowance, ruling, pacing, flag)
};

/// The system did it: evidence is in the answer. Stream `delivery/<connector>/<contact>`.
struct ActionAccepted {
  static constexpr std::string_view name = "action.accepted.v1";
  AnswerFacts facts;
  ContactId contact;
  ConnectorName target;
  Action action = Action::opt_out;
  std::string result_id;    ///< id of what it made, "" when it told none
  std::string conversation; ///< thread that it stands in, "" when there is none
  bool read_back = false;   ///< it was looked at afterwards and is so
  TIDEMARK_MEMBERS(ActionAccepted, facts, contact, target, action, result_id, conversation,
                   read_back)
};

} // namespace tidemark::events
