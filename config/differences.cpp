#include "config/differences.hpp"

#include "base/contains.hpp"

#include <algorithm>
#include <map>
#include <span>

namespace tidemark::config {
namespace {

constexpr auto reloadable_of_connector =
    words("requests_per_second", "burst", "concurrency", "breaker_failures", "breaker_pause_ms",
          "breaker_successes", "silence_minutes");
constexpr auto settable_of_connector = words("webhooks_per_minute");
constexpr auto settable_of_tenant = words("drop_when_suspended", "public_page");

/// Is it one of a connector's own, by a name that is in `names`?
bool is_of_connector(std::string_view key, std::span<const std::string_view> names) {
  const auto name = key.substr(key.rfind('.') + 1);
  return key.starts_with("tenants") && key.find(".connectors") != std::string_view::npos
         && contains(names, name)
         && key.find("].", key.find(".connectors")) + 2 == key.size() - name.size();
}

std::string order_of(const TenantConfig& tenant) {
  std::string out;
  for (const auto& connector : tenant.connectors)
    out += (out.empty() ? "" : ", ") + connector.settings.name.value;
  return out;
}

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
  return is_of_connector(key, reloadable_of_connector);
}

std::vector<Difference> tenant_differences(const LoadedTenant& from, const LoadedTenant& to) {
  auto out = differences(from.effective, to.effective);
  const auto own = "tenants[" + to.tenant.id.value + "].";
  std::erase_if(out,
                [&](const auto& one) { return one.key == own + "name" || one.key == own + "id"; });
  const auto before = order_of(from.tenant), now = order_of(to.tenant);
  if (before != now)
    out.push_back({own + "connectors", before, now});
  return out;
}

bool is_settable(std::string_view key) {
  const auto name = key.substr(key.rfind('.') + 1);
  const bool of_tenant = key.starts_with("tenants[") && key.find("].") + 2 == key.rfind('.') + 1;
  return of_tenant ? contains(settable_of_tenant, name)
                   : is_of_connector(key, reloadable_of_connector)
                         || is_of_connector(key, settable_of_connector);
}

std::vector<std::string> restart_keys(const std::vector<Difference>& differences) {
  std::vector<std::string> out;
  for (const auto& one : differences)
    if (!is_settable(one.key) || !one.from || !one.to)
      out.push_back(one.key);
  return out;
}

} // namespace tidemark::config
