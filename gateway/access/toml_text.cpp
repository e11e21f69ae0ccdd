#include "gateway/access/toml_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::gateway {
namespace {

using Value = nlohmann::ordered_json;

/// Tables within are written in one line. A text of JSON is one of TOML.
std::string in_line(const Value& value) {
  if (value.is_object()) {
    std::string members;
    for (const auto& [name, member] : value.items())
      members += (members.empty() ? "" : ", ") + Value(name).dump() + " = " + in_line(member);
    return "{" + members + "}";
  }
  if (!value.is_array())
    return value.dump(); // null is nothing in TOML, whose reader says so
  std::string items;
  for (const auto& item : value)
    items += (items.empty() ? "" : ", ") + in_line(item);
  return "[" + items + "]";
}

} // namespace

Result<std::string> settings_text(std::string_view body) {
  const auto whole = Value::parse(body, nullptr, false);
  if (!whole.is_object() || !whole.contains("settings"))
    return std::string();
  const auto& settings = whole["settings"];
  if (settings.is_string())
    return settings.get<std::string>();
  if (!settings.is_object())
    return Error{"bad_settings", "settings is the table of the tenant: an object, or TOML"};
  std::string out;
  for (const auto& [name, member] : settings.items())
    out += Value(name).dump() + " = " + in_line(member) + "\n";
  return out;
}

Status check_tenant_name(std::string_view name) {
  const bool good = !name.empty() && name.size() <= 100
                    && std::ranges::none_of(name, [](unsigned char c) { return c < 0x20; });
  if (!good)
    return Error{"bad_name", "name is 1 to 100 bytes, how people call the tenant"};
  return Done{};
}

} // namespace tidemark::gateway
