#pragma once
#include "base/ids.hpp"
#include "events/contact.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <optional>
#include <string>
#include <vector>

/// Where a contact stands at a dialer: call lists, owner, sequence (requirements A1.6, M7 to M11).
namespace tidemark::events {

/// How a tag is compared with a rule.
enum class TagMatch : std::uint8_t { ignore_case, exact, regex };
template <>
struct EnumNames<TagMatch> {
  static constexpr std::array<std::string_view, 3> names{"ignore_case", "exact", "regex"};
};

/// Contacts with the tag stand on the list.
struct TagList {
  std::string tag; ///< a regular expression (RE2) when `match` says so
  TagMatch match = TagMatch::ignore_case;
  ConnectorName connector; ///< whose list it is
  std::string list;        ///< its name over there; `{agent}` stands for the agent's key
  TIDEMARK_MEMBERS(TagList, tag, match, connector, list)
};

/// A person who calls, and by what it is known that a contact is theirs.
struct Agent {
  std::string key;                 ///< in names of lists
  std::vector<std::string> owners; ///< ids or e-mails of the owner in the CRM
  std::string field;               ///< value of the CRM's field that names the agent
  std::string tag;                 ///< a tag that makes a contact theirs
  std::string user;                ///< id of their user at the dialer, "" none
  TIDEMARK_MEMBERS(Agent, key, owners, field, tag, user)
};

/// Contacts with the status are in the sequence.
struct StatusSequence {
  std::string status;      ///< compared without case
  ConnectorName connector; ///< whose sequence it is
  std::string sequence;    ///< its id over there; "": the status is known and begins nothing
  TIDEMARK_MEMBERS(StatusSequence, status, connector, sequence)
};

/// Contacts of whom an opportunity stands so are on the list, or in the sequence. An empty part of
/// the condition holds for all.
struct StageRule {
  std::string pipeline; ///< id or name over there
  std::string stage;    ///< id over there, or compared with its name as `match` says
  TagMatch match = TagMatch::ignore_case;
  std::string status; ///< "": any that is still open
  ConnectorName connector;
  std::string list;     ///< as in TagList; "" none
  std::string sequence; ///< id over there; "" none
  TIDEMARK_MEMBERS(StageRule, pipeline, stage, match, status, connector, list, sequence)
};

/// Where contacts stand because of how far they have come.
struct LeadRules {
  std::vector<StageRule> stages;
  std::string new_contacts_list; ///< for contacts that are new in a CRM, wherever lists are kept
  TIDEMARK_MEMBERS(LeadRules, stages, new_contacts_list)
};
/// Logs of before have none.
template <>
inline constexpr bool left_out_when_absent<std::optional<LeadRules>> = true;

/// What decides where contacts stand.
struct PlacementRules {
  std::vector<TagList> tag_lists;
  std::vector<Agent> agents;
  std::string default_agent; ///< key for contacts that are nobody's
  std::vector<StatusSequence> sequences;
  std::optional<LeadRules> leads{};
  TIDEMARK_MEMBERS(PlacementRules, tag_lists, agents, default_agent, sequences, leads)
};

/// What an action about lists, owner or sequences is to bring about.
struct Placement {
  std::vector<std::string> lists; ///< to join (one), or to leave
  std::vector<std::string> keep;  ///< of leave_lists: those of ours that the contact stays on
  std::string agent;              ///< key of the agent whose contact it is
  std::string user;               ///< of set_owner: id of the user over there
  std::string sequence;           ///< of join_sequence: id over there
  TIDEMARK_MEMBERS(Placement, lists, keep, agent, user, sequence)
};

inline constexpr std::size_t lists_rebuild_contacts_max = 200;

/// Somebody asked that the lists of these contacts be put right at a system. An input: its contacts
/// are commands. Stream `lists/<connector>`.
struct ListsRebuildRequested {
  static constexpr std::string_view name = "lists.rebuild_requested.v1";
  ConnectorName connector;
  std::vector<ContactId> contacts; ///< at most lists_rebuild_contacts_max
  std::string by;
  TIDEMARK_MEMBERS(ListsRebuildRequested, connector, contacts, by)
};

/// The decision about one of them. Stream `contact/<id>`.
struct ListsRebuilt {
  static constexpr std::string_view name = "contact.lists_rebuilt.v1";
  ConnectorName connector;
  Outcome outcome = Outcome::no_change; ///< applied, no_change, blocked, parked
  Reason reason_code = Reason::none;
  std::vector<TargetOutcome> targets{};
  TIDEMARK_MEMBERS(ListsRebuilt, connector, outcome, reason_code, targets)
};

} // namespace tidemark::events
