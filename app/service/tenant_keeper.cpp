#include "app/service/tenant_keeper.hpp"

#include "app/service/wiring.hpp"
#include "app/service_log/service_log.hpp"
#include "base/version.hpp"
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
  auto loaded = config::load_tenant(toml, tenant, parts_.file, *config::process_environment());
  if (!loaded.ok())
    return bad_settings(loaded.faults);
  return gateway::CheckedSettings{std::move(loaded.tenant.recorded), std::move(loaded.tenant.name)};
}

Status TenantKeeper::follow() {
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
    else if (!made.ended && made.deletion)
      done = end_when_over(id, made);
    if (made.ended && !forgotten_.contains(id))
      forget_secrets(id, *made.ended);
    if (!done) // one tenant's trouble is no other's
      out = done;
  }
  return out;
}

Status TenantKeeper::begin(const TenantId& id, const domain::MadeTenant& made) {
  auto loaded = config::load_tenant(made.settings, id, parts_.file, *config::process_environment());
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
  log_line(Part::access, Level::info, "tenant_started", {{"tenant", id.value}});
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
