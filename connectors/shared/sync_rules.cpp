#include "connectors/shared/sync_rules.hpp"

#include "base/contains.hpp"
#include "connectors/connector.hpp"
#include "connectors/shared/custom_fields.hpp"

namespace tidemark::connectors {

namespace {

bool states(const events::AppliedConnector& configured, std::string_view setting) {
  const auto at = configured.settings.find(std::string(setting));
  return (at != configured.settings.end() && !at->second.empty())
         || contains(configured.secrets, setting);
}

domain::OnDelete on_delete(const events::AppliedConnector& configured) {
  const auto at = configured.settings.find("on_delete");
  for (std::size_t i = 0; i < domain::on_delete_names.size(); ++i)
    if (at != configured.settings.end() && at->second == domain::on_delete_names[i])
      return static_cast<domain::OnDelete>(i);
  return domain::OnDelete::nothing;
}

/// What the connector can do as it is configured.
domain::TargetCapabilities capabilities_of(const Connector& connector,
                                           const events::AppliedConnector& configured) {
  auto out = connector.capabilities;
  if (!out.sends_with.empty() && !states(configured, out.sends_with))
    out.sends_messages = false;
  for (const auto& rule : custom_fields_in(connector, configured.settings))
    if (rule.writable)
      out.writable.add(rule.field);
  return out;
}

} // namespace

domain::SyncRules sync_rules(const events::ConfigApplied& applied) {
  domain::SyncRules rules;
  rules.source_of_truth = applied.source_of_truth;
  rules.precedence = applied.precedence;
  rules.conversation = applied.conversation;
  rules.parking_timeout = std::chrono::seconds{applied.parking_timeout_seconds};
  rules.manual_edits = applied.manual_edits;
  rules.placement = applied.placement;
  for (const auto& rule : applied.placement.tag_lists)
    rules.list_rules.emplace_back(rule);
  if (applied.placement.leads)
    for (const auto& rule : applied.placement.leads->stages)
      rules.stage_rules.emplace_back(rule);
  for (const auto& [name, writers] : applied.field_writers)
    if (const auto field = events::stored_field(name))
      rules.writers[*field] = writers;
  for (const auto& configured : applied.connectors)
    if (const auto* connector = find(configured.type))
      rules.systems.push_back({configured.connector, configured.type, configured.receives,
                               capabilities_of(*connector, configured), connector->normalise,
                               on_delete(configured),
                               custom_fields_in(*connector, configured.settings)});
  return rules;
}

} // namespace tidemark::connectors
