#pragma once
#include "domain/rules/normalise.hpp"
#include "domain/rules/rules.hpp"

#include <string>

/// Systems with the peculiarities that decisions must know, as configured rules.
namespace tidemark::domain::test {

inline const ContactId jane{"c0123456789abcdef0123"};
using events::Field;
using events::FieldSet;

inline const ConnectorName crm{"crm"};
inline const ConnectorName dialer{"dialer"};
inline const ConnectorName hub{"hub"};
inline const ConnectorName texting{"texting"};

inline std::string as_compared(Field field, std::string_view value) {
  return comparable(field, normalised(field, value, ""));
}

/// Keeps eight bytes of a company's name, as forms with short columns do.
inline std::string keeps_short_companies(Field field, std::string_view value) {
  return std::string(field == Field::company ? value.substr(0, 8) : value);
}

inline SystemRule crm_rule() {
  SystemRule rule{crm, "gohighlevel", true, {}, as_compared};
  rule.capabilities.found_by_address = true;
  return rule;
}
/// Like Aloware: no record without a phone, and the phone cannot be changed.
inline SystemRule dialer_rule() {
  SystemRule rule{dialer, "aloware", true, {}, as_compared};
  rule.capabilities.required = {Field::phone};
  rule.capabilities.unchangeable = {Field::phone};
  rule.capabilities.phone_is_key = true;
  rule.capabilities.found_by_address = true;
  return rule;
}
inline SystemRule hub_rule() {
  return {hub, "generic", true, {}, keeps_short_companies};
}
/// Sends webhooks also for what we write.
inline SystemRule echoing(SystemRule rule) {
  rule.capabilities.echoes_writes = true;
  return rule;
}
/// Like Verity: no contact calls, takes GoHighLevel's webhooks as they are.
inline SystemRule texting_rule() {
  SystemRule rule{texting, "verity", true, {}, as_compared};
  rule.capabilities.contact_api = false;
  rule.capabilities.forwards_from = "gohighlevel";
  rule.capabilities.writable = {};
  return rule;
}

inline SyncRules rules_of(std::vector<SystemRule> systems) {
  SyncRules rules;
  for (const auto& system : systems)
    rules.precedence.push_back(system.name);
  rules.systems = std::move(systems);
  return rules;
}

} // namespace tidemark::domain::test
