#pragma once
#include "app/config/toml_section.hpp"
#include "events/placement.hpp"

#include <set>

namespace tidemark::config {

/// `[[sync.tag_lists]]`, `[[sync.agents]]`, `[[sync.sequences]]` and `sync.default_agent`.
/// `connectors` are the names that a rule may use.
events::PlacementRules read_placement(Section& sync, const std::set<std::string>& connectors,
                                      Loading& loading);

} // namespace tidemark::config
