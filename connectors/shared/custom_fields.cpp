#include "connectors/shared/custom_fields.hpp"

#include "base/contains.hpp"
#include "base/text/joined.hpp"
#include "base/text/split.hpp"

#include <algorithm>

namespace tidemark::connectors {
namespace {

using domain::CustomFieldRule;
using domain::CustomType;

std::optional<CustomFieldRule> rule_of(std::string_view name, std::string_view setting) {
  const auto field = events::custom_field(name);
  if (!field)
    return std::nullopt;
  CustomFieldRule out;
  out.field = *field;
  for (const auto line : split(setting, "\n")) {
    const auto colon = std::min(line.find(':'), line.size() - 1);
    const auto part = line.substr(0, colon);
    const auto value = line.substr(colon + 1);
    if (part == "id")
      out.id = value;
    else if (part == "key")
      out.key = value;
    else if (part == "option")
      out.options.emplace_back(value);
    else if (part == "type")
      out.type = domain::custom_type_named(value).value_or(CustomType::text);
  }
  return out;
}

/// `Map` is any map of texts.
template <class Map>
std::vector<CustomFieldRule> rules_in(const Map& settings) {
  std::vector<CustomFieldRule> out;
  for (auto at = settings.lower_bound(std::string(custom_fields_prefix));
       at != settings.end() && std::string_view(at->first).starts_with(custom_fields_prefix); ++at)
    if (auto rule =
            rule_of(std::string_view(at->first).substr(custom_fields_prefix.size()), at->second))
      out.push_back(*std::move(rule));
  return out;
}

std::string_view kind_in_words(const json::Value& value) {
  switch (value.kind()) {
  case json::Kind::array:
    return "a list";
  case json::Kind::object:
    return "an object";
  default:
    return "a value that is none";
  }
}

/// A list of one is what it holds: fields of several choices are told so.
json::Value only_item(const json::Value& value) {
  return value.kind() == json::Kind::array && value.items().size() == 1 ? value.items()[0] : value;
}

bool is_named(const VendorField& field, const CustomFieldRule& rule) {
  return (!rule.id.empty() && contains(field.names, rule.id))
         || (!rule.key.empty() && contains(field.names, rule.key));
}

std::vector<std::string> missing_options(const CustomFieldRule& rule, const VendorField& there) {
  std::vector<std::string> out;
  for (const auto& option : rule.options)
    if (!contains(there.options, option))
      out.push_back(option);
  return out;
}

} // namespace

std::string setting_of(const CustomFieldRule& rule) {
  auto out = "type:" + std::string(domain::custom_type_names[static_cast<std::size_t>(rule.type)]);
  if (!rule.id.empty())
    out += "\nid:" + rule.id;
  if (!rule.key.empty())
    out += "\nkey:" + rule.key;
  for (const auto& option : rule.options)
    out += "\noption:" + option;
  return out;
}

std::vector<CustomFieldRule> custom_fields_in(const Settings& settings) {
  return rules_in(settings.values);
}

std::vector<CustomFieldRule> custom_fields_in(const Connector& connector,
                                              const std::map<std::string, std::string>& settings) {
  auto out = rules_in(settings);
  for (auto& rule : out)
    rule.writable = connector.writes_custom_field
                    && connector.writes_custom_field(rule.key.empty() ? rule.id : rule.key);
  return out;
}

std::optional<std::string> custom_value(const CustomFieldRule& rule, const json::Value& value,
                                        std::vector<events::SkippedPart>& unfit) {
  const auto told = only_item(value).scalar();
  auto out = told ? domain::fitting(rule, *told) : std::nullopt;
  if (!out) {
    const std::string type(domain::custom_type_names[static_cast<std::size_t>(rule.type)]);
    const bool one_of = rule.type == CustomType::choice;
    unfit.push_back({events::Outcome::skipped, Reason::custom_field_unfit,
                     "The custom field " + std::string(name_of(rule)) + " holds "
                         + std::string(told ? "a text" : kind_in_words(value))
                         + (told && one_of ? " that is none of its options; it is left out."
                                           : ", which is no " + type + "; it is left out.")});
  }
  return out;
}

std::vector<events::FieldFinding> compare_custom_fields(const std::vector<CustomFieldRule>& rules,
                                                        const std::vector<VendorField>& there) {
  std::vector<events::FieldFinding> out;
  for (const auto& rule : rules) {
    const auto at = std::ranges::find_if(
        there, [&](const VendorField& field) { return is_named(field, rule); });
    events::FieldFinding finding;
    finding.field = std::string(name_of(rule));
    finding.key = rule.id.empty() ? rule.key : rule.id;
    if (at == there.end()) {
      out.push_back(std::move(finding));
    } else if (at->fits != rule.type) {
      finding.fault = events::FieldFault::other_type;
      finding.detail = at->type;
      out.push_back(std::move(finding));
    } else if (const auto lacking = missing_options(rule, *at);
               rule.type == CustomType::choice && !at->any_option && !lacking.empty()) {
      finding.fault = events::FieldFault::missing_options;
      finding.detail = joined(lacking, ", ");
      out.push_back(std::move(finding));
    }
  }
  return out;
}

} // namespace tidemark::connectors
