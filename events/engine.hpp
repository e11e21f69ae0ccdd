#pragma once
#include "base/ids.hpp"
#include "events/format/schema.hpp"
#include "events/lists.hpp"

#include <map>
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
  bool operator==(const EngineStarted&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = EngineStarted;
    return use(member("epoch", &T::epoch), member("version", &T::version),
               member("rules", &T::rules), member("incarnation", &T::incarnation));
  }
};

/// One connector as configured; secrets by name only.
struct AppliedConnector {
  ConnectorName connector;
  std::string type;
  bool receives = true;                        ///< changes are delivered to it
  std::map<std::string, std::string> settings; ///< everything but secrets
  std::vector<std::string> secrets;            ///< names of the secrets that were given
  bool operator==(const AppliedConnector&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = AppliedConnector;
    return use(member("connector", &T::connector), member("type", &T::type),
               member("receives", &T::receives), member("settings", &T::settings),
               member("secrets", &T::secrets));
  }
};

/// Tags that a call's outcome brings.
struct DispositionTags {
  std::string disposition; ///< the account's word; compared without case
  std::vector<std::string> tags;
  bool operator==(const DispositionTags&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = DispositionTags;
    return use(member("disposition", &T::disposition), member("tags", &T::tags));
  }
};

/// When and how often an agent's message may reach a person.
struct SendLimits {
  std::uint32_t from = 0;  ///< minutes after midnight at the recipient; from == until: at any time
  std::uint32_t until = 0; ///< first minute at which nothing leaves any more
  std::vector<std::string> zones; ///< where a person may be of whom no time zone is known
  std::uint32_t per_day = 0;      ///< messages to a person within 24 hours, 0: as many as there are
  bool operator==(const SendLimits&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = SendLimits;
    return use(member("from", &T::from), member("until", &T::until), member("zones", &T::zones),
               member("per_day", &T::per_day));
  }
};

/// What is done about calls and messages.
struct ConversationRules {
  std::vector<DispositionTags> dispositions;
  bool call_tags = false; ///< also `Call: <disposition>` and `Inbound Call` or `Outbound Call`
  std::string opt_out_confirmation; ///< text, "" for none
  std::string help;                 ///< text that answers HELP, "" for none
  SendLimits limits{};
  bool operator==(const ConversationRules&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ConversationRules;
    return use(member("dispositions", &T::dispositions), member("call_tags", &T::call_tags),
               member("opt_out_confirmation", &T::opt_out_confirmation), member("help", &T::help),
               member("limits", &T::limits));
  }
};

/// What is done about values that a person typed into a system (requirement C21).
struct ManualEditRules {
  bool preserve = false;           ///< they are not overwritten there
  std::vector<std::string> fields; ///< names of fields that this holds for; empty: all
  bool operator==(const ManualEditRules&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(member("preserve", &ManualEditRules::preserve),
               member("fields", &ManualEditRules::fields));
  }
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
  bool operator==(const ConfigApplied&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ConfigApplied;
    return use(member("source_of_truth", &T::source_of_truth), member("precedence", &T::precedence),
               member("field_writers", &T::field_writers), member("connectors", &T::connectors),
               member("rules", &T::rules), member("conversation", &T::conversation),
               member("parking_timeout_seconds", &T::parking_timeout_seconds),
               member("manual_edits", &T::manual_edits), member("placement", &T::placement));
  }
};

/// A point in time that a decision had asked for has come; the cause of what follows (rule 6).
struct TimerDue {
  static constexpr std::string_view name = "timer.due.v1";
  std::string timer;   ///< what it is for, such as "delivery_retry"
  std::string subject; ///< such as the delivery id
  bool operator==(const TimerDue&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = TimerDue;
    return use(member("timer", &T::timer), member("subject", &T::subject));
  }
};

/// The log was opened with its corrupt tail cut, at or above the anchor (rule 16).
struct RecoveryPerformed {
  static constexpr std::string_view name = "recovery.performed.v1";
  std::string what;
  Position tip;
  bool operator==(const RecoveryPerformed&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = RecoveryPerformed;
    return use(member("what", &T::what), member("tip", &T::tip));
  }
};

} // namespace tidemark::events
