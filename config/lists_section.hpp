#pragma once
#include "config/toml_section.hpp"
#include "events/lists.hpp"

#include <set>

namespace tidemark::config {

/// Names of connectors that a rule may use.
struct PlacementTargets {
  std::set<std::string> all;
  std::set<std::string> with_lists;     ///< whose systems keep call lists
  std::set<std::string> with_sequences; ///< whose systems keep sequences
};

/// A fault at `connector` unless the system that it names keeps call lists.
void check_list_target(Section& rule, const std::string& name, const PlacementTargets& targets);

/// `[[sync.tag_lists]]`, `[[sync.agents]]`, `[[sync.sequences]]` and `sync.default_agent`.
events::PlacementRules read_placement(Section& sync, const PlacementTargets& targets,
                                      Loading& loading);

} // namespace tidemark::config
