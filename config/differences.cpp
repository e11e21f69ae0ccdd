#include "config/differences.hpp"

#include "base/contains.hpp"

#include <map>

namespace tidemark::config {
namespace {

constexpr auto reloadable_of_connector =
    words("requests_per_second", "burst", "concurrency", "breaker_failures", "breaker_pause_ms",
          "breaker_successes", "silence_minutes");

/// A secret shows no value; where it comes from is all there is to compare.
std::string compared(const EffectiveValue& value) {
  return value.value == "***" ? "*** from " + value.source : value.value;
}

} // namespace

std::vector<Difference> differences(const std::vector<EffectiveValue>& from,
                                    const std::vector<EffectiveValue>& to) {
  std::map<std::string, std::string, std::less<>> before;
  for (const auto& value : from)
    before.emplace(value.key, compared(value));
  std::vector<Difference> out;
  for (const auto& value : to) {
    const auto at = before.find(value.key);
    if (at == before.end())
      out.push_back({value.key, std::nullopt, compared(value)});
    else if (at->second != compared(value))
      out.push_back({value.key, at->second, compared(value)});
    if (at != before.end())
      before.erase(at);
  }
  for (const auto& value : from)
    if (const auto at = before.find(value.key); at != before.end()) {
      out.push_back({value.key, at->second, std::nullopt});
      before.erase(at);
    }
  return out;
}

bool is_reloadable(std::string_view key) {
  if (key == "log.level")
    return true;
  if (key.starts_with("alerts."))
    return !key.starts_with("alerts.receivers");
  const auto name = key.substr(key.rfind('.') + 1);
  return key.starts_with("tenants") && key.find(".connectors") != std::string_view::npos
         && contains(reloadable_of_connector, name)
         && key.find("].", key.find(".connectors")) + 2 == key.size() - name.size();
}

} // namespace tidemark::config
