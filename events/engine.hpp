#pragma once
#include "base/ids.hpp"
#include "events/format/schema.hpp"
#include "events/lists.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// The engine's own life: starts, configuration, recovery.
namespace tidemark::events {

/// A writer took hold of the log. Stream `engine`.
struct EngineStarted {
  static constexpr std::string_view name = "engine.started.v1";
  std::uint32_t epoch = 0;
  std::string version;
  std::uint32_t rules = 0; ///< rules version of the decisions that follow
  std::string incarnation; ///< hex, of this start: part of every id made until the next (rule 13)
  TIDEMARK_MEMBERS(EngineStarted, epoch, version, rules, incarnation)
};

/// The log was put back from a backup: what was recorded after `position` before is not in it.
/// Stream `engine`.
struct LogRestored {
  static constexpr std::string_view name = "log.restored.v1";
  std::uint32_t backup = 0; ///< its number
  Timestamp taken_at;       ///< when it was taken
  Position position;        ///< where the log ended then
  Position acknowledged;    ///< how far the lost log was, 0: not known
  std::string reason;
  std::string by;
  TIDEMARK_MEMBERS(LogRestored, backup, taken_at, position, acknowledged, reason, by)
};

/// One connector as configured; secrets by name only.
struct AppliedConnector {
  ConnectorName connector;
  std::string type;
  bool receives = true;                        ///< changes are delivered to it
  std::map<std::string, std::string> settings; ///< everything but secrets
  std::vector<std::string> secrets;            ///< names of the secrets that were given
  TIDEMARK_MEMBERS(AppliedConnector, connector, type, receives, settings, secrets)
};

/// Values that a disposition sets, by the names of custom fields.
struct DispositionFields {
  std::map<std::string, std::string> values;
  TIDEMARK_MEMBERS(DispositionFields, values)
};
/// Logs of before have none.
template <>
inline constexpr bool left_out_when_absent<std::optional<DispositionFields>> = true;

/// What a call's outcome brings: tags and values.
struct DispositionTags {
  std::string disposition; ///< the account's word; compared without case
  std::vector<std::string> tags;
  std::optional<DispositionFields> sets{};
  TIDEMARK_MEMBERS(DispositionTags, disposition, tags, sets)
};

/// The table of hours that holds by itself for numbers of its countries.
struct QuietTable {
  std::string version;
  TIDEMARK_MEMBERS(QuietTable, version)
};

/// Logs of before name none: the hours that were configured held alone.
template <>
inline constexpr bool left_out_when_absent<std::optional<QuietTable>> = true;

/// What holds besides the hours and the number for a day.
struct SendPacing {
  std::uint32_t per_week = 0; ///< messages to a person within seven days, 0: as many as there are
  std::uint32_t cool_down_minutes = 0; ///< least time between two to a person
  std::vector<std::string> holidays;   ///< dates where the person is, such as 2026-12-25
  TIDEMARK_MEMBERS(SendPacing, per_week, cool_down_minutes, holidays)
};

/// Without one nothing of it is configured.
template <>
inline constexpr bool left_out_when_absent<std::optional<SendPacing>> = true;

/// When and how often an agent's message may reach a person.
struct SendLimits {
  std::uint32_t from = 0;  ///< minutes after midnight at the recipient; from == until: at any time
  std::uint32_t until = 0; ///< first minute at which nothing leaves any more
  std::vector<std::string> zones; ///< where a person may be of whom no time zone is known
  std::uint32_t per_day = 0;      ///< messages to a person within 24 hours, 0: as many as there are
  std::optional<QuietTable> table{}; ///< none: it is switched off
  std::optional<SendPacing> pacing{};
  TIDEMARK_MEMBERS(SendLimits, from, until, zones, per_day, table, pacing)
};

/// Tags that tell in a CRM what an outcome was: `Disposition: <x>`, `Contact Disposed` and
/// `Summary: <outcome>` (requirement A1.3).
struct OutcomeTags {
  bool dispositions = true;
  bool summaries = true;
  TIDEMARK_MEMBERS(OutcomeTags, dispositions, summaries)
};
/// Logs of before have none: the tags are not made.
template <>
inline constexpr bool left_out_when_absent<std::optional<OutcomeTags>> = true;

/// What is done about calls and messages.
struct ConversationRules {
  std::vector<DispositionTags> dispositions;
  bool call_tags = false; ///< also `Call: <disposition>` and `Inbound Call` or `Outbound Call`
  std::string opt_out_confirmation; ///< text, "" for none
  std::string help;                 ///< text that answers HELP, "" for none
  SendLimits limits{};
  std::optional<OutcomeTags> outcome_tags{};
  TIDEMARK_MEMBERS(ConversationRules, dispositions, call_tags, opt_out_confirmation, help, limits,
                   outcome_tags)
};

/// What is done about values that a person typed into a system (requirement C21).
struct ManualEditRules {
  bool preserve = false;           ///< they are not overwritten there
  std::vector<std::string> fields; ///< names of fields that this holds for; empty: all
  TIDEMARK_MEMBERS(ManualEditRules, preserve, fields)
};

/// The configuration of one tenant that holds from here on: at each start and reload (rule 1).
/// Stream `engine`. Decisions read the last one before them.
struct ConfigApplied {
  static constexpr std::string_view name = "config.applied.v1";
  std::string source_of_truth; ///< "merge" or a connector's name
  std::vector<ConnectorName> precedence;
  std::map<std::string, std::vector<ConnectorName>> field_writers; ///< field -> who may write it
  std::vector<AppliedConnector> connectors;
  std::uint32_t rules = 0;
  ConversationRules conversation{};
  std::uint64_t parking_timeout_seconds = 0; ///< after which a parked command is a dead letter
  ManualEditRules manual_edits{};
  PlacementRules placement{};
  TIDEMARK_MEMBERS(ConfigApplied, source_of_truth, precedence, field_writers, connectors, rules,
                   conversation, parking_timeout_seconds, manual_edits, placement)
};

/// The configuration was read again while the service ran. Stream `admin`, for each tenant with the
/// keys that concern it. What decisions depend on is in ConfigApplied, and is not changed by this.
struct ConfigReloaded {
  static constexpr std::string_view name = "config.reloaded.v1";
  std::vector<std::string> applied;       ///< keys that have another value from now on
  std::vector<std::string> needs_restart; ///< keys that have one in the file alone
  std::string by;                         ///< who asked
  std::string request_id;
  TIDEMARK_MEMBERS(ConfigReloaded, applied, needs_restart, by, request_id)
};

/// What the service's own log writes was changed until the next start. Stream `admin` of the
/// installation. No decision depends on it.
struct LogLevelsSet {
  static constexpr std::string_view name = "log_levels.set.v1";
  std::vector<std::string> levels; ///< `delivery=debug`; `delivery=default`: as configured again
  std::optional<Timestamp> until;  ///< from then on as configured
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(LogLevelsSet, levels, until, by, request_id)
};

/// A point in time that a decision had asked for has come; the cause of what follows (rule 6).
struct TimerDue {
  static constexpr std::string_view name = "timer.due.v1";
  std::string timer;   ///< what it is for, such as "delivery_retry"
  std::string subject; ///< such as the delivery id
  TIDEMARK_MEMBERS(TimerDue, timer, subject)
};

/// The log was opened with its corrupt tail cut, at or above the anchor (rule 16).
struct RecoveryPerformed {
  static constexpr std::string_view name = "recovery.performed.v1";
  std::string what;
  Position tip;
  TIDEMARK_MEMBERS(RecoveryPerformed, what, tip)
};

} // namespace tidemark::events
