#pragma once
#include "base/ids.hpp"
#include "domain/rules/capabilities.hpp"
#include "domain/rules/custom_field_rule.hpp"
#include "domain/rules/list_rule.hpp"
#include "events/engine.hpp"
#include "events/format/field_set.hpp"

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The configuration in force for one tenant, as decisions read it (rule 3).
namespace tidemark::domain {

/// What the others hear when a contact is deleted in a system (requirement C17).
enum class OnDelete : std::uint8_t { nothing, archive, mark_do_not_call };
inline constexpr std::array<std::string_view, 3> on_delete_names{"nothing", "archive",
                                                                 "mark_do_not_call"};

struct SystemRule {
  ConnectorName name;
  std::string type;
  bool receives = true;
  TargetCapabilities capabilities;
  /// The form in which the system keeps a value; null: as it is.
  std::string (*normalise)(events::Field, std::string_view) = nullptr;
  OnDelete on_delete = OnDelete::nothing;       ///< for deletions over there
  std::vector<CustomFieldRule> custom_fields{}; ///< by name
};

struct SyncRules {
  std::vector<SystemRule> systems; ///< in configured order
  std::string source_of_truth = "merge";
  /// "GHL first" of requirement A1.6 reads: the first in here.
  std::vector<ConnectorName> precedence;
  std::map<events::Field, std::vector<ConnectorName>> writers; ///< absent: every system may write
  events::ConversationRules conversation{};
  std::chrono::seconds parking_timeout{0}; ///< 0: parked commands wait for ever
  events::ManualEditRules manual_edits{};
  events::PlacementRules placement{};
  std::vector<ListRule> list_rules{};    ///< `placement.tag_lists`, ready to be asked
  std::vector<ReadyStage> stage_rules{}; ///< `placement.leads->stages`, likewise

  const SystemRule* find(const ConnectorName& name) const;
  bool may_write(const ConnectorName& name, events::Field field) const;
  /// Does a value that a person typed in stay as it is over there (requirement C21)?
  bool preserves(events::Field field) const;
  /// Smaller is preferred; systems that are not listed come last, in configured order.
  std::size_t rank(const ConnectorName& name) const;
};

/// Are two values the same to that system?
bool same_value(const SystemRule* system, events::Field field, std::string_view a,
                std::string_view b);

} // namespace tidemark::domain
