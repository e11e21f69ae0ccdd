#include "app/service/wiring.hpp"

#include "app/service_log/service_log.hpp"
#include "config/environment.hpp"
#include "config/load.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/shared/oauth.hpp"
#include "connectors/shared/sync_rules.hpp"

#include <set>

namespace tidemark::app {
namespace {

/// From where it stands, which is the log when `recorded` is not "".
std::optional<config::TenantConfig> tenant_anew(const std::string& file, const TenantId& tenant,
                                                const std::string& recorded) {
  const auto environment = config::process_environment();
  if (!recorded.empty()) {
    auto loaded = config::load_tenant(recorded, tenant, file, *environment);
    return loaded.ok() ? std::optional(std::move(loaded.tenant)) : std::nullopt;
  }
  const auto loaded = config::load_config_file(file, *environment);
  const auto* found = loaded.ok() ? loaded.config.tenant(tenant) : nullptr;
  return found ? std::optional(*found) : std::nullopt;
}

/// The connector's settings from a fresh reading of the configuration; the old ones while that has
/// faults.
connectors::Settings reread(const std::string& file, const TenantId& tenant,
                            const std::string& recorded, const connectors::Settings& old) {
  if (const auto found = tenant_anew(file, tenant, recorded))
    for (const auto& connector : found->connectors)
      if (connector.settings.name == old.name)
        return connector.settings;
  log_line(Part::connector, Level::warning, "secrets_not_reread", {{"connector", old.name.value}});
  return old;
}

/// "" when the connectors disagree: the same digits are another person's number then.
std::string region_of(const config::TenantConfig& tenant) {
  std::set<std::string_view> regions;
  for (const auto& connector : tenant.connectors)
    regions.insert(connectors::region_of(connector.settings));
  return regions.size() == 1 ? std::string(*regions.begin()) : std::string();
}

gateway::AlertThresholds thresholds(const config::AlertConfig& config) {
  using std::chrono::seconds;
  constexpr std::uint64_t megabyte = 1U << 20U;
  return {.many = config.many,
          .critical = config.critical,
          .oldest_delivery = std::chrono::minutes{config.oldest_delivery_minutes},
          .dead_letters = config.dead_letters,
          .error_percent = config.error_percent,
          .error_window = seconds{config.error_window_seconds},
          .error_requests = config.error_requests,
          .answer = std::chrono::milliseconds{config.answer_ms},
          .answer_window = seconds{config.answer_window_seconds},
          .answer_requests = config.answer_requests,
          .pool_percent = config.pool_percent,
          .pool = seconds{config.pool_seconds},
          .memory_percent = config.memory_percent,
          .memory_limit = config.memory_limit_mb * megabyte,
          .disk_free_percent = config.disk_free_percent,
          .renewal_failing = seconds{config.renewal_failing_seconds},
          .unknown_kinds = std::chrono::hours{config.unknown_kinds_hours},
          .silence = std::chrono::minutes{config.silence_minutes},
          .hold = seconds{config.hold_seconds},
          .cool_down = seconds{config.cool_down_seconds}};
}

} // namespace

Result<std::optional<storage::StoreKey>> given_store_key(const std::string& option) {
  const auto source = config::store_key_source(option, *config::process_environment());
  return storage::StoreKey::load(source.file, !source.of_the_manager);
}

std::optional<TenantId> only_of_file(const config::Config& config) {
  std::optional<TenantId> out;
  for (const auto& tenant : config.tenants)
    if (tenant.recorded.empty()) {
      if (out)
        return std::nullopt;
      out = tenant.id;
    }
  return out;
}

void add_tenant(gateway::GatewayOptions& out, const config::Config& config,
                const config::TenantConfig& tenant) {
  out.default_regions.emplace(tenant.id, region_of(tenant));
  out.tenants.push_back(tenant.id);
  if (!tenant.name.empty())
    out.names.emplace(tenant.id, tenant.name);
  if (!tenant.recorded.empty())
    out.recorded.insert(tenant.id);
  out.rules.emplace(tenant.id, connectors::sync_rules(config::to_applied(config, tenant)));
  for (const auto& connector : tenant.connectors)
    out.sources.push_back({tenant.id, connector.connector, connector.settings,
                           connector.webhooks_per_minute,
                           static_cast<std::uint16_t>(connector.refused_status)});
  change_tenant(out, tenant);
}

void change_tenant(gateway::GatewayOptions& out, const config::TenantConfig& tenant) {
  const auto put = [&](std::set<TenantId>& in, bool there) {
    if (there)
      in.insert(tenant.id);
    else
      in.erase(tenant.id);
  };
  put(out.dropping, tenant.drop_when_suspended);
  put(out.private_pages, !tenant.public_page);
  for (auto& source : out.sources)
    for (const auto& connector : tenant.connectors)
      if (source.tenant == tenant.id && source.settings.name == connector.settings.name)
        source.per_minute = connector.webhooks_per_minute;
}

gateway::GatewayOptions gateway_options(const config::Config& config, const std::string& version) {
  gateway::GatewayOptions out;
  out.address = config.server.address;
  out.port = config.server.port;
  out.trusted_proxies = config.server.trusted_proxies;
  out.version = version;
  out.tenant_domain = config.server.tenant_subdomains;
  out.limits.refused_webhooks_per_minute = config.server.refused_webhooks_per_minute;
  out.alerts = thresholds_of(config);
  out.loopback_http_allowed = config.loopback_http_allowed();
  for (const auto& tenant : config.tenants)
    add_tenant(out, config, tenant);
  if (const auto bare = only_of_file(config))
    out.bare_tenant = *bare;
  for (const auto& token : config.tokens)
    out.tokens.push_back({token.name, token.role, token.sha256, token.tenant});
  return out;
}

gateway::AlertThresholds thresholds_of(const config::Config& config) {
  auto out = thresholds(config.alerts);
  for (const auto& tenant : config.tenants)
    add_silences(out, tenant);
  return out;
}

Level configured_level(const config::Config& config) {
  return level_named(config.log_level).value_or(Level::info); // the file was checked
}

actors::Pace pace_of(const config::ConnectorConfig& connector) {
  return {.requests_per_second = static_cast<double>(connector.requests_per_second),
          .burst = connector.burst,
          .concurrency = connector.concurrency,
          .breaker = {connector.breaker_failures,
                      std::chrono::milliseconds{connector.breaker_pause_ms},
                      connector.breaker_successes}};
}

Result<actors::TenantSetup> tenant_setup(const config::Config& config,
                                         const config::TenantConfig& tenant,
                                         const std::string& file,
                                         const storage::TokenFiles& token_files,
                                         const std::shared_ptr<const CredentialBook>& credentials) {
  actors::TenantSetup setup{
      tenant.id, connectors::sync_rules(config::to_applied(config, tenant)), {}};
  for (const auto& connector : tenant.connectors) {
    actors::Destination destination;
    destination.configured = {connector.connector,
                              credentials->over(tenant.id, connector.settings)};
    destination.receives = connector.receives;
    destination.timeout = std::chrono::milliseconds{connector.timeout_ms};
    destination.set(pace_of(connector));
    destination.reconcile_every = connector.reconcile_every;
    destination.allow_loopback_http = connector.allow_loopback_http;
    destination.reread = [file, credentials, id = tenant.id, recorded = tenant.recorded,
                          settings = connector.settings] {
      return credentials->over(id, reread(file, id, recorded, settings));
    };
    destination.oauth = connector.uses_oauth();
    if (destination.oauth) { // better found out now than when its tokens are needed
      TRY(kept, token_files.read(tenant.id, connector.settings.name));
      if (kept) {
        TRYV(connectors::read_tokens(kept->reveal()));
      }
    }
    setup.destinations.emplace(connector.settings.name, std::move(destination));
  }
  return setup;
}

Result<std::vector<actors::TenantSetup>>
tenant_setups(const config::Config& config, const std::string& file,
              const storage::TokenFiles& token_files,
              const std::shared_ptr<const CredentialBook>& credentials) {
  std::vector<actors::TenantSetup> out;
  for (const auto& tenant : config.tenants) {
    TRY(setup, tenant_setup(config, tenant, file, token_files, credentials));
    out.push_back(std::move(setup));
  }
  return out;
}

void add_silences(gateway::AlertThresholds& out, const config::TenantConfig& tenant) {
  for (const auto& connector : tenant.connectors)
    if (connector.silence_minutes > 0)
      out.silence_of.emplace(std::pair(tenant.id, connector.settings.name),
                             std::chrono::minutes{connector.silence_minutes});
}

} // namespace tidemark::app
