#include "app/service/reloader.hpp"

#include "app/service/wiring.hpp"
#include "app/service_log/service_log.hpp"
#include "config/differences.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::app {
namespace {

Error faults_of(const std::vector<config::Fault>& faults) {
  std::string text;
  for (const auto& fault : faults)
    text += (text.empty() ? "" : "\n") + config::to_text(fault);
  return {"bad_configuration", std::move(text)};
}

/// Those that say nothing of another tenant.
std::vector<std::string> keys_for(const std::vector<std::string>& keys, const TenantId& tenant) {
  const auto own = "tenants[" + tenant.value + "]";
  std::vector<std::string> out;
  for (const auto& key : keys)
    if (!key.starts_with("tenants[") || key.starts_with(own))
      out.push_back(key);
  return out;
}

} // namespace

Reloader::Reloader(std::string file, const config::LoadedConfig& loaded, storage::LogStore& log,
                   actors::Engine& engine)
    : file_(std::move(file)), log_(log), engine_(engine), in_force_(loaded.effective),
      thresholds_(thresholds_of(loaded.config)) {
  for (const auto& tenant : loaded.config.tenants)
    tenants_.push_back(tenant.id);
}

Result<gateway::ReloadOutcome> Reloader::reload(const std::string& by,
                                                const std::string& request_id) {
  const std::lock_guard one(reloading_);
  const auto loaded = config::load_config_file(file_, *config::process_environment());
  if (!loaded.ok())
    return faults_of(loaded.faults);
  gateway::ReloadOutcome out;
  for (const auto& difference : config::differences(in_force_, loaded.effective))
    (config::is_reloadable(difference.key) && difference.from && difference.to ? out.applied
                                                                               : out.needs_restart)
        .push_back(difference.key);
  TRYV(record(out, by, request_id)); // nothing is another that is not on record
  use(loaded);
  log_line(Part::service, Level::info, "configuration_reloaded",
           {{"applied", std::to_string(out.applied.size())},
            {"needs_restart", std::to_string(out.needs_restart.size())}});
  return out;
}

Status Reloader::record(const gateway::ReloadOutcome& outcome, const std::string& by,
                        const std::string& request_id) {
  std::vector<storage::Append> appends;
  for (const auto& tenant : tenants_) {
    auto& append = appends.emplace_back();
    append.tenant = tenant;
    append.events.push_back(
        {events::admin_stream(),
         events::ConfigReloaded{keys_for(outcome.applied, tenant),
                                keys_for(outcome.needs_restart, tenant), by, request_id},
         {},
         {}});
  }
  const auto outcomes = storage::append_all_and_wait(log_, std::move(appends)); // one sync for all
  if (!std::ranges::all_of(
          outcomes, [](const auto& one) { return std::holds_alternative<storage::Appended>(one); }))
    return Error{"not_stored", "the reload could not be recorded, so nothing has changed; is the "
                               "disk nearly full?"};
  return Done{};
}

void Reloader::use(const config::LoadedConfig& loaded) {
  log_levels().configure(configured_level(loaded.config));
  for (const auto& tenant : loaded.config.tenants)
    for (const auto& connector : tenant.connectors) // the engine leaves out what it does not know
      engine_.set_pace(tenant.id, connector.settings.name, pace_of(connector));
  const std::lock_guard lock(guard_);
  thresholds_ = thresholds_of(loaded.config);
  for (auto& value : in_force_) {
    const auto now = std::find_if(loaded.effective.begin(), loaded.effective.end(),
                                  [&](const auto& one) { return one.key == value.key; });
    if (config::is_reloadable(value.key) && now != loaded.effective.end())
      value = *now;
  }
}

std::vector<std::array<std::string, 3>> Reloader::in_force() const {
  const std::lock_guard lock(guard_);
  std::vector<std::array<std::string, 3>> out;
  for (const auto& value : in_force_)
    out.push_back({value.key, value.value, value.source});
  return out;
}

gateway::AlertThresholds Reloader::thresholds() const {
  const std::lock_guard lock(guard_);
  return thresholds_;
}

} // namespace tidemark::app
