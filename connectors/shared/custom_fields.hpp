#pragma once
#include "base/text/json_reader.hpp"
#include "connectors/connector.hpp"
#include "events/connector.hpp"

#include <map>
#include <string>
#include <vector>

/// Custom fields as connectors read and write them (requirements C11, C23, C24).
namespace tidemark::connectors {

/// Settings `custom_fields.<name>` hold one rule each, a part in each line, which begins with what
/// it is: `id:`, `key:`, `type:`, `option:`.
inline constexpr std::string_view custom_fields_prefix = "custom_fields.";
std::string setting_of(const domain::CustomFieldRule& rule);
/// The rules in a connector's settings, by name. What cannot be read as one is left out:
/// check-config has refused it.
std::vector<domain::CustomFieldRule> custom_fields_in(const Settings& settings);
/// The same of a recorded configuration; `connector` says which of them its calls can write.
std::vector<domain::CustomFieldRule>
custom_fields_in(const Connector& connector, const std::map<std::string, std::string>& settings);

/// A value as a body states it in the form of its type; nothing, with `unfit` told why, when it is
/// not of the type.
std::optional<std::string> custom_value(const domain::CustomFieldRule& rule,
                                        const json::Value& value,
                                        std::vector<events::SkippedPart>& unfit);

/// The configured custom fields that a body states: `find` gives the value of one. An unfit value
/// is left out and told of.
template <class Find>
void take_custom_fields(events::FieldSet& fields, std::vector<events::SkippedPart>& unfit,
                        const Settings& settings, Find find) {
  for (const auto& rule : custom_fields_in(settings))
    if (const json::Value value = find(rule); value.stated())
      if (auto text = custom_value(rule, value, unfit))
        fields.set(rule.field, *std::move(text));
}

/// What is wrong over there with the fields that are configured.
std::vector<events::FieldFinding>
compare_custom_fields(const std::vector<domain::CustomFieldRule>& rules,
                      const std::vector<VendorField>& there);

} // namespace tidemark::connectors
