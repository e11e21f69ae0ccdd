#pragma once
#include "base/ids.hpp"
#include "domain/target.hpp"
#include "events/engine.hpp"
#include "events/field_set.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The configuration in force for one tenant, as decisions read it (architecture.md rule 3).
namespace tidemark::domain {

struct SystemRule {
  ConnectorName name;
  std::string type;
  bool receives = true;
  TargetCapabilities capabilities;
  /// The form in which the system keeps a value; null: as it is.
  std::string (*normalise)(events::Field, std::string_view) = nullptr;
};

struct SyncRules {
  std::vector<SystemRule> systems; ///< in configured order
  std::string source_of_truth = "merge";
  std::vector<ConnectorName> precedence; ///< "GHL first" of mission A1.6 reads: the first in here
  std::map<events::Field, std::vector<ConnectorName>> writers; ///< absent: every system may write
  events::ConversationRules conversation{};

  const SystemRule* find(const ConnectorName& name) const;
  bool may_write(const ConnectorName& name, events::Field field) const;
  /// Smaller is preferred; systems that are not listed come last, in configured order.
  std::size_t rank(const ConnectorName& name) const;
};

/// Are two values the same to that system?
bool same_value(const SystemRule* system, events::Field field, std::string_view a,
                std::string_view b);

} // namespace tidemark::domain
