#include "connectors/sync_rules.hpp"

#include "connectors/connector.hpp"

namespace tidemark::connectors {

domain::SyncRules sync_rules(const events::ConfigApplied& applied) {
  domain::SyncRules rules;
  rules.source_of_truth = applied.source_of_truth;
  rules.precedence = applied.precedence;
  for (const auto& [name, writers] : applied.field_writers)
    if (const auto field = events::field_named(name))
      rules.writers[*field] = writers;
  for (const auto& configured : applied.connectors)
    if (const auto* connector = find(configured.type))
      rules.systems.push_back({configured.connector, configured.type, configured.receives,
                               connector->capabilities, connector->normalise});
  return rules;
}

} // namespace tidemark::connectors
