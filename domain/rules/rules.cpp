#include "domain/rules/rules.hpp"

#include "base/contains.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::domain {

const SystemRule* SyncRules::find(const ConnectorName& name) const {
  const auto at =
      std::find_if(systems.begin(), systems.end(), [&](const auto& s) { return s.name == name; });
  return at == systems.end() ? nullptr : &*at;
}

bool SyncRules::may_write(const ConnectorName& name, events::Field field) const {
  const auto listed = writers.find(field);
  return listed == writers.end() || contains(listed->second, name);
}

bool SyncRules::preserves(events::Field field) const {
  const auto& fields = manual_edits.fields;
  return manual_edits.preserve && (fields.empty() || contains(fields, events::name_of(field)));
}

std::size_t SyncRules::rank(const ConnectorName& name) const {
  const auto listed = std::find(precedence.begin(), precedence.end(), name);
  if (listed != precedence.end())
    return static_cast<std::size_t>(listed - precedence.begin());
  const auto at =
      std::find_if(systems.begin(), systems.end(), [&](const auto& s) { return s.name == name; });
  return precedence.size() + static_cast<std::size_t>(at - systems.begin());
}

bool same_value(const SystemRule* system, events::Field field, std::string_view a,
                std::string_view b) {
  if (a == b || comparable(field, a) == comparable(field, b))
    return true;
  if (!system || !system->normalise)
    return false;
  return comparable(field, system->normalise(field, a))
         == comparable(field, system->normalise(field, b));
}

} // namespace tidemark::domain
