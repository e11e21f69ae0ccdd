#include "app/service/tenant_keeper.hpp"

#include "app/service/wiring.hpp"
#include "app/service_log/service_log.hpp"
#include "base/contains.hpp"
#include "base/version.hpp"
#include "config/differences.hpp"
#include "config/load.hpp"
#include "domain/rules/rules_version.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/table_scan.hpp"
#include "projections/consent/opt_out_view.hpp"
#include "projections/consent/opt_outs.hpp"
#include "projections/table/projection.hpp"

#include <algorithm>
#include <limits>

namespace tidemark::app {
namespace {

constexpr std::size_t starts_at_once = 500; // they share a sync, and fit into the log's queue

constexpr std::chrono::minutes renewal_max{5};

Error bad_settings(const std::vector<config::Fault>& faults) {
  std::string text;
  for (const auto& fault : faults)
    text += (text.empty() ? "" : "\n") + config::to_text(fault);
  return {"bad_settings", std::move(text)};
}

/// Those keys for which config::is_settable holds.
void take_settable(config::TenantConfig& to, const config::TenantConfig& from) {
  to.drop_when_suspended = from.drop_when_suspended;
  to.public_page = from.public_page;
  for (auto& connector : to.connectors)
    for (const auto& fresh : from.connectors)
      if (fresh.settings.name == connector.settings.name) {
        connector.requests_per_second = fresh.requests_per_second;
        connector.burst = fresh.burst;
        connector.concurrency = fresh.concurrency;
        connector.breaker_failures = fresh.breaker_failures;
        connector.breaker_pause_ms = fresh.breaker_pause_ms;
        connector.breaker_successes = fresh.breaker_successes;
        connector.silence_minutes = fresh.silence_minutes;
        connector.webhooks_per_minute = fresh.webhooks_per_minute;
      }
}

storage::Append start_of(const storage::LogStore& log, const config::Config& config,
                         const config::TenantConfig& tenant, const std::string& incarnation) {
  storage::Append append;
  append.tenant = tenant.id;
  auto applied = config::to_applied(config, tenant);
  applied.rules = domain::rules_version;
  append.events.push_back({events::engine_stream(),
                           events::EngineStarted{log.epoch().value, program_version,
                                                 domain::rules_version, incarnation},
                           {},
                           {}});
  append.events.push_back({events::engine_stream(), std::move(applied), {}, {}});
  return append;
}

} // namespace

Status record_start(storage::LogStore& log, const config::Config& config,
                    std::span<const config::TenantConfig> tenants, const std::string& incarnation) {
  while (!tenants.empty()) {
    const auto part = tenants.first(std::min(starts_at_once, tenants.size()));
    tenants = tenants.subspan(part.size());
    std::vector<storage::Append> appends;
    for (const auto& tenant : part)
      appends.push_back(start_of(log, config, tenant, incarnation));
    const auto outcomes = storage::append_all_and_wait(log, std::move(appends));
    if (!std::ranges::all_of(outcomes, [](const auto& one) {
          return std::holds_alternative<storage::Appended>(one);
        }))
      return Error{"start_not_recorded",
                   "the start could not be recorded; is the disk nearly full?"};
  }
  return Done{};
}

Result<gateway::CheckedSettings> TenantKeeper::check(const TenantId& tenant,
                                                     const std::string& toml) const {
  auto loaded = load(tenant, toml);
  if (!loaded.ok())
    return bad_settings(loaded.faults);
  return gateway::CheckedSettings{std::move(loaded.tenant.recorded), std::move(loaded.tenant.name)};
}

config::LoadedTenant TenantKeeper::load(const TenantId& id, const std::string& toml) const {
  return config::load_tenant(toml, id, parts_.file, *config::process_environment());
}

std::optional<config::LoadedTenant> TenantKeeper::started_with(const TenantId& id) const {
  const auto runs = tenant(id);
  return runs ? std::optional(load(id, runs->recorded)) : std::nullopt;
}

/// What goes back to how the tenant runs is so at once, whichever key it is.
Result<gateway::SettingsChange> TenantKeeper::compare(const TenantId& tenant,
                                                      const std::string& from,
                                                      const std::string& to) const {
  const auto fresh = load(tenant, to), before = load(tenant, from);
  if (!fresh.ok())
    return bad_settings(fresh.faults);
  std::vector<std::string> later;
  if (const auto running = started_with(tenant))
    later = config::restart_keys(config::tenant_differences(*running, fresh));
  gateway::SettingsChange out;
  out.toml = fresh.tenant.recorded;
  if (fresh.tenant.name != before.tenant.name)
    out.name = fresh.tenant.name;
  for (auto& one : config::tenant_differences(before, fresh)) {
    const bool at_once = !contains(later, one.key);
    out.differences.push_back(
        {std::move(one.key), std::move(one.from), std::move(one.to), at_once});
  }
  return out;
}

std::vector<std::string> TenantKeeper::needs_restart(const TenantId& tenant,
                                                     const std::string& recorded) const {
  const auto running = started_with(tenant);
  if (!running || running->tenant.recorded == recorded)
    return {};
  return config::restart_keys(config::tenant_differences(*running, load(tenant, recorded)));
}

Status TenantKeeper::follow() {
  return follow_all(nullptr);
}
Status TenantKeeper::follow(const TenantId& about) {
  return follow_all(&about);
}

Status TenantKeeper::follow_all(const TenantId* about) {
  const std::lock_guard lock(guard_);
  TRYV(recorded_.read(parts_.log));
  Status out{Done{}};
  for (const auto& [id, made] : recorded_.book) {
    const auto* runs = config_.tenant(id);
    if (runs && runs->recorded.empty())
      continue; // the file's
    Status done{Done{}};
    if (made.ended && runs)
      end(id);
    else if (!made.ended && !runs)
      done = begin(id, made);
    else if (!made.ended)
      done = keep(id, made);
    if (made.ended && !forgotten_.contains(id))
      forget_secrets(id, *made.ended);
    if (!done && (!about || *about == id)) // one tenant's trouble is no other's
      out = done;
  }
  return out;
}

Status TenantKeeper::keep(const TenantId& id, const domain::MadeTenant& made) {
  const auto changed = versions_[id] == made.settings_version ? Status(Done{}) : change(id, made);
  if (made.deletion) {
    TRYV(end_when_over(id, made));
  }
  return changed;
}

Status TenantKeeper::begin(const TenantId& id, const domain::MadeTenant& made) {
  auto loaded = load(id, made.settings);
  if (!loaded.ok())
    return bad_settings(loaded.faults);
  TRY(setup,
      tenant_setup(config_, loaded.tenant, parts_.file, parts_.token_files, parts_.credentials));
  config_.tenants.push_back(std::move(loaded.tenant));
  if (auto recorded =
          record_start(parts_.log, config_, {&config_.tenants.back(), 1}, parts_.incarnation);
      !recorded) {
    config_.tenants.pop_back();
    return recorded;
  }
  auto options = *parts_.live.now();
  add_tenant(options, config_, config_.tenants.back());
  parts_.engine.start(std::move(setup));
  parts_.live.set(std::move(options));
  versions_[id] = made.settings_version;
  log_line(Part::access, Level::info, "tenant_started", {{"tenant", id.value}});
  return Done{};
}

/// What may be another while the tenant runs; the rest stays as it was started with.
Status TenantKeeper::change(const TenantId& id, const domain::MadeTenant& made) {
  const auto loaded = load(id, made.settings);
  if (!loaded.ok())
    return bad_settings(loaded.faults);
  const auto runs = std::ranges::find(config_.tenants, id, &config::TenantConfig::id);
  take_settable(*runs, loaded.tenant);
  auto options = *parts_.live.now();
  change_tenant(options, *runs);
  for (const auto& connector : runs->connectors)
    parts_.engine.set_pace(id, connector.settings.name, pace_of(connector));
  parts_.live.set(std::move(options));
  versions_[id] = made.settings_version;
  log_line(Part::access, Level::info, "tenant_changed", {{"tenant", id.value}});
  return Done{};
}

/// Whatever was said before the end was asked for is in the table that is looked at.
Status TenantKeeper::end_when_over(const TenantId& id, const domain::MadeTenant& made) {
  if (made.deletion->ends_at > parts_.clock.now())
    return Done{};
  TRY(seen, parts_.tables.checkpoint(projections::opt_outs.name));
  if (seen < recorded_.read_to)
    return Done{}; // a moment later
  TRY(open, projections::open_opt_outs(gateway::scan_of(parts_.tables), id,
                                       std::numeric_limits<std::size_t>::max()));
  if (!open.empty() && !made.deletion->is_signed) {
    if (waits_.insert(id).second)
      log_line(Part::access, Level::warning, "tenant_end_waits",
               {{"tenant", id.value}, {"open_opt_outs", std::to_string(open.size())}});
    return Done{};
  }
  storage::Append append;
  append.tenant = events::installation_tenant();
  append.nothing_newer.push_back({events::access_tag(), recorded_.read_to}); // such as an undelete
  append.events.push_back(
      {events::admin_stream(), events::TenantEnded{id, open.size()}, {events::access_tag()}, {}});
  const auto outcome = storage::append_and_wait(parts_.log, std::move(append));
  if (std::holds_alternative<storage::NotTaken>(outcome))
    return Error{"not_stored", "the end of the tenant " + id.value + " could not be recorded"};
  if (std::holds_alternative<storage::Appended>(outcome))
    end(id); // of a conflict the next look tells what came between
  return Done{};
}

void TenantKeeper::end(const TenantId& id) {
  auto options = *parts_.live.now();
  std::erase(options.tenants, id);
  options.recorded.erase(id);
  options.ended.insert(id);
  for (auto& source : options.sources)
    source.ended = source.ended || source.tenant == id;
  parts_.live.set(std::move(options));
  parts_.engine.end(id);
  std::erase_if(config_.tenants, [&](const auto& tenant) { return tenant.id == id; });
  waits_.erase(id);
  log_line(Part::access, Level::info, "tenant_ended", {{"tenant", id.value}});
}

/// Looked for longer than a renewal can be under way, which writes its tokens when it ends; and
/// from each start on, for what an earlier one did not get to.
void TenantKeeper::forget_secrets(const TenantId& id, Timestamp ended) {
  auto removed = parts_.token_files.remove_all(id);
  if (removed)
    removed = parts_.credentials->remove_all(id);
  if (!removed)
    log_line(Part::access, Level::error, "secrets_not_removed",
             {{"tenant", id.value}, {"text", removed.error().text}});
  if (!removed || parts_.clock.now() - ended > renewal_max)
    forgotten_.insert(id); // what could not be removed is tried at the next start
}

std::vector<config::TenantConfig> TenantKeeper::tenants() const {
  const std::lock_guard lock(guard_);
  return config_.tenants;
}

std::optional<config::TenantConfig> TenantKeeper::tenant(const TenantId& id) const {
  const std::lock_guard lock(guard_);
  const auto* found = config_.tenant(id);
  return found ? std::optional(*found) : std::nullopt;
}

void TenantKeeper::add_silences_to(gateway::AlertThresholds& thresholds) const {
  const std::lock_guard lock(guard_);
  for (const auto& tenant : config_.tenants)
    if (!tenant.recorded.empty())
      add_silences(thresholds, tenant);
}

} // namespace tidemark::app
