#include "app/service/serve.hpp"

#include "app/notices/notice_sender.hpp"
#include "app/notices/notifier.hpp"
#include "app/operations/alert_log.hpp"
#include "app/operations/health_probe.hpp"
#include "app/operations/log_level_control.hpp"
#include "app/operations/request_log.hpp"
#include "app/operations/state_log.hpp"
#include "app/probe/connector_tester.hpp"
#include "app/process/given_socket.hpp"
#include "app/process/stop_signals.hpp"
#include "app/service/reloader.hpp"
#include "app/service/secrets.hpp"
#include "app/service/tenant_keeper.hpp"
#include "app/service/wiring.hpp"
#include "app/service_log/service_log.hpp"
#include "app/traces/trace_export.hpp"
#include "base/crypto.hpp"
#include "base/failpoint.hpp"
#include "base/version.hpp"
#include "config/load.hpp"
#include "gateway/operations/alert_rules.hpp"
#include "gateway/server/gateway.hpp"
#include "storage/open_log.hpp"
#include "storage/remote/log_server.hpp"
#include "storage/tables/rocks_tables.hpp"
#include "storage/tables/staged_rows.hpp"

#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <set>
#include <system_error>

namespace tidemark::app {

namespace {

constexpr int exit_config = 64, exit_unreachable = 69, exit_storage = 74;
constexpr std::chrono::seconds drain_patience{10}, delivery_patience{10};
constexpr std::chrono::milliseconds first_report_patience{200}; // webhooks are taken without it
constexpr std::chrono::seconds between_looks{1};
constexpr std::size_t tools_at_once = 16; // that read through the socket

class SystemClock final : public WallClock {
public:
  Timestamp now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

int refuse(const Error& error, int code) {
  log_line(Part::service, Level::error, "start_refused",
           {{"code", error.code}, {"text", error.text}});
  return code;
}

/// The file's configuration, and what runs: with the tenants that the log has.
struct Configured {
  const config::LoadedConfig& loaded;
  config::Config all;
  RecordedTenants tenants;
};

void announce_ready(const ServeOptions& options, std::uint16_t port) {
  log_line(Part::service, Level::info, "ready", {{"port", std::to_string(port)}});
  if (options.ready_fd >= 0) {
    const auto line = std::to_string(port) + "\n";
    if (::write(options.ready_fd, line.data(), line.size()) < 0)
      log_line(Part::service, Level::warning, "ready_fd_not_written");
    ::close(options.ready_fd);
  }
  sd_notify(0, "READY=1");
}

Result<storage::OpenOptions> open_options(const ServeOptions& options) {
  storage::OpenOptions open;
  open.folder = options.data_dir;
  TRY(key, given_store_key(options.store_key));
  if (!key)
    log_line(Part::service, Level::info, "no_store_key",
             {{"text", "no store key is given: secrets in keys/ are kept plain"}});
  open.store_key = std::move(key);
  return open;
}

actors::EngineOptions engine_options(const config::Config& config, const std::string& incarnation) {
  actors::EngineOptions out;
  out.incarnation = incarnation;
  out.probes_per_second = config.health.probes_per_second;
  return out;
}

/// What somebody has to look at now is a line in the service's log too.
void log_notice(const TenantId& tenant, const events::Event& event) {
  if (const auto* deadline = std::get_if<events::DeadlineReached>(&event))
    log_line(Part::consent,
             deadline->state == events::DeadlineState::missed ? Level::error : Level::warning,
             "opt_out_deadline",
             {{"tenant", tenant.value},
              {"target", deadline->target.value},
              {"delivery", deadline->delivery.value},
              {"rule", deadline->rule},
              {"due", to_rfc3339(deadline->due)},
              {"state", std::string(name_of_enum(deadline->state))}});
  else if (const auto* violation = std::get_if<events::ViolationFound>(&event))
    log_line(Part::consent, Level::error, "opt_out_violation",
             {{"tenant", tenant.value},
              {"connector", violation->connector.value},
              {"message", std::to_string(violation->message.value)},
              {"opt_out", std::to_string(violation->opt_out.value)}});
  else if (const auto* held = std::get_if<events::WebhookInterpreted>(&event))
    log_line(Part::consent, Level::error, "opt_out_unreadable",
             {{"tenant", tenant.value},
              {"connector", held->connector.value},
              {"webhook", std::to_string(held->webhook.value)}});
}

void log_not_stored(const TenantId& tenant, const ConnectorName& connector,
                    std::string_view reason_code) {
  const bool spooled = reason_code == gateway::spooled_reason;
  log_line(Part::consent, Level::error, spooled ? "opt_out_spooled" : "opt_out_not_stored",
           {{"tenant", tenant.value},
            {"connector", connector.value},
            {spooled ? "text" : "reason",
             spooled ? "a webhook that may be an opt-out stands in opt_outs.spool; the next start "
                       "appends it first"
                     : std::string(reason_code)}});
}

/// What was begun is finished, as far as there is patience.
void drain(HealthProbe& health, gateway::Gateway& gateway, actors::Engine& engine) {
  log_line(Part::service, Level::info, "draining");
  sd_notify(0, "STOPPING=1");
  health.stop_accepting();
  gateway.drain(drain_patience);
  if (!engine.drain(delivery_patience))
    log_line(Part::service, Level::warning, "requests_left",
             {{"text", "looked up at the next start"}});
}

/// A copy for a backup, in the place of the one before.
Result<gateway::LogCheckpoint> checkpoint_of(storage::OpenLog& folder, const std::string& data) {
  const auto path = data + "/checkpoint";
  gateway::LogCheckpoint out{folder.log().durable(), {}, {}};
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (failed)
    return Error{"storage_failed", "removing " + path + ": " + failed.message()};
  TRY(last, folder.log().at(out.position));
  out.head = last ? to_hex(last->envelope.hash) : std::string();
  out.log_id = to_hex(folder.incarnation());
  TRYV(folder.checkpoint(path));
  return out;
}

/// Of the tables; in the place of the copy before.
Status copy_tables(storage::OpenLog& folder, const std::string& data) {
  const auto path = data + std::string(storage::tables_copy);
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (failed)
    return Error{"storage_failed", "removing " + path + ": " + failed.message()};
  return folder.rocks_tables()->copy_to(path);
}

/// What `tidemark rebuild` needs; all of it outlives the ports.
void open_tables_to_tools(gateway::GatewayPorts& ports, storage::OpenLog& folder,
                          actors::Engine& engine, const std::string& data) {
  ports.copy_tables = [&folder, data] { return copy_tables(folder, data); };
  ports.take_staged_rows = [&engine, data] {
    return engine.take_staged_rows(data + std::string(storage::staged_tables));
  };
}

/// Whose alerts they are, for those who have several installations.
std::string service_name(const config::Config& config) {
  if (!config.server.public_url.empty())
    return config.server.public_url;
  std::array<char, 256> host{};
  return ::gethostname(host.data(), host.size() - 1) == 0 ? host.data() : "tidemark";
}

std::vector<NoticeAlert>
to_be_told(const std::vector<std::pair<TenantId, gateway::Alert>>& active) {
  std::vector<NoticeAlert> out;
  std::set<std::pair<std::string_view, std::string>> told;
  for (const auto& [tenant, alert] : active) {
    const bool of_all = gateway::alert_rules::is_of_installation(alert.rule);
    if (of_all && !told.emplace(alert.rule, alert.subject).second)
      continue;
    out.push_back({{of_all ? TenantId{} : tenant, std::string(alert.rule), alert.subject},
                   std::string(alert.severity),
                   alert.since,
                   alert.text});
  }
  return out;
}

void tell_alerts(AlertLog& alerts, Notifier& notifier) {
  alerts.look();
  if (const auto active = alerts.active())
    notifier.look(to_be_told(*active));
}

/// Why the followers end, in the service's log and its figures.
actors::FailureReport failure_report(HealthProbe& health) {
  return [&](std::string_view actor, std::string_view what) {
    health.count_failure();
    log_line(Part::service, Level::error, "actor_failed",
             {{"actor", std::string(actor)}, {"text", std::string(what)}});
  };
}

/// Looking at everything is done once a second: slower is late.
void end_look(HealthProbe& health, StateLog& states, std::chrono::steady_clock::time_point begun,
              Timestamp now) {
  states.look(health.connectors());
  health.slow().note({SlowOperations::Kind::look, "health and alerts",
                      std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::steady_clock::now() - begun)},
                     now);
  log_levels().end_overdue(now);
}

/// What cannot be started now is tried at each look.
void follow_tenants(TenantKeeper& tenants, const gateway::LiveOptions& live, HealthProbe& health) {
  if (const auto followed = tenants.follow(); !followed)
    log_line(Part::service, Level::error, "tenants_not_followed",
             {{"code", followed.error().code}, {"text", followed.error().text}});
  health.forget(live.now()->ended);
}

gateway::AlertThresholds thresholds_now(const Reloader& configuration,
                                        const TenantKeeper& tenants) {
  auto out = configuration.thresholds();
  tenants.add_silences_to(out);
  return out;
}

gateway::GatewayOptions gateway_settings_of(const ServeOptions& options,
                                            const Configured& configured) {
  auto out = gateway_options(configured.all, program_version);
  out.socket_folder = options.data_dir;
  out.given_listener = options.given_listener;
  for (const auto& [id, made] : configured.tenants.book)
    if (made.ended)
      out.ended.insert(id);
  return out;
}

int refuse_faults(const std::vector<config::Fault>& faults) {
  for (const auto& fault : faults)
    std::cerr << config::to_text(fault) << '\n';
  return exit_config;
}

/// A possible opt-out that is not in the log, in the service's log and its figures.
auto not_stored_report(HealthProbe& health) {
  return [&health](const TenantId& tenant, const ConnectorName& connector,
                   std::string_view reason_code) {
    log_not_stored(tenant, connector, reason_code);
    health.note_not_stored(tenant, connector, reason_code);
  };
}

/// What one start has of its own.
struct OfThisStart {
  /// Not of the folder: a copy that is put back repeats positions, and ids made from them must not
  /// repeat with them (rule 13; docs/adr/0011-an-incarnation-for-each-start.md).
  const std::string& incarnation;
  const KeyedHasher& hasher;
  const storage::TokenFiles& token_files;
  const std::shared_ptr<CredentialBook>& credentials;
  const WallClock& clock;
};

/// What changes the service while it runs.
struct Controls {
  Controls(const ServeOptions& options, const Configured& configured, storage::OpenLog& folder,
           actors::Engine& engine, const gateway::GatewayOptions& settings,
           const OfThisStart& start)
      : engine(engine), configuration(options.config_file, configured.loaded, folder.log(), engine),
        levels(log_levels(), folder.log()), live(settings),
        tenants({options.config_file, start.incarnation, folder.log(), folder.tables(),
                 start.token_files, start.credentials, start.clock, engine, live},
                configured.all, configured.tenants),
        secrets({folder.secrets(), start.credentials, configured.loaded, tenants, start.hasher,
                 engine, options.data_dir}),
        tests([this](const TenantId& tenant) { return tenants.tenant(tenant); }, folder.secrets(),
              start.clock) {}

  /// About once a second: what has become due.
  void look(HealthProbe& health, Timestamp now) {
    follow_tenants(tenants, live, health);
    health.set(thresholds_now(configuration, tenants));
    secrets.end_overlaps(now);
  }

  void open_to(gateway::GatewayPorts& ports) {
    ports.configuration = &configuration;
    ports.log_levels = &levels;
    ports.secrets = &secrets;
    ports.connector_tests = &tests;
    ports.live = &live;
    ports.tenants = &tenants;
    ports.renew_account = std::bind_front(&actors::Engine::renew, &engine);
  }

  actors::Engine& engine;
  Reloader configuration;
  LogLevelControl levels;
  gateway::LiveOptions live;
  TenantKeeper tenants;
  Secrets secrets;
  ConnectorTester tests;
};

/// Everything that runs once the folder is open.
int run(const ServeOptions& options, const Configured& configured, storage::OpenLog& folder,
        StopSignals& signals, const WallClock& clock) {
  const auto& config = configured.all;
  auto& log = folder.log();
  const auto incarnation = to_hex(random_bytes(16));
  const KeyedHasher hasher(folder.pepper());
  if (const auto recorded = record_start(log, config, config.tenants, incarnation); !recorded)
    return refuse(recorded.error(), exit_storage);
  const auto gateway_settings = gateway_settings_of(options, configured);
  const auto traces = trace_export(config, service_name(config));
  HealthProbe health(folder, log, clock, gateway_settings.alerts, config.backup);
  health.trace_into(traces.get());
  const storage::TokenFiles token_files(folder.secrets());
  const auto credentials = open_credentials(folder.secrets(), log, hasher);
  if (!credentials)
    return refuse(credentials.error(), storage::exit_code_of(credentials.error()));
  auto setups = tenant_setups(config, options.config_file, token_files, *credentials);
  if (!setups)
    return refuse(setups.error(), storage::exit_code_of(setups.error()));
  actors::Engine engine(engine_options(config, incarnation), *std::move(setups),
                        {.log = log,
                         .tables = folder.tables(),
                         .hasher = hasher,
                         .clock = clock,
                         .http = actors::make_curl_client({}),
                         .token_files = token_files,
                         .report = failure_report(health),
                         .notice = log_notice});
  RequestLog requests(clock, health.slow());
  gateway::GatewayPorts ports{log,
                              folder.tables(),
                              hasher,
                              clock,
                              health,
                              not_stored_report(health),
                              std::bind_front(&actors::Engine::connect, &engine),
                              &requests};
  Controls controls(options, configured, folder, engine, gateway_settings,
                    {incarnation, hasher, token_files, *credentials, clock});
  controls.open_to(ports);
  AlertLog alerts(gateway_settings, ports);
  ports.alerts = &alerts;
  Notifier notifier(config.alerts.receivers, service_name(config),
                    options.data_dir + "/alert_notices.json", clock, send_notice);
  ports.receivers = &notifier;
  ports.checkpoint = [&] { return checkpoint_of(folder, options.data_dir); };
  open_tables_to_tools(ports, folder, engine, options.data_dir);
  const auto log_server = storage::LogServer::start(options.data_dir, log, folder.tables(),
                                                    tools_at_once, folder.pepper());
  if (!log_server)
    return refuse(log_server.error(), exit_storage);
  const auto resources = [&] {
    return read_resources(options.data_dir, controls.configuration.thresholds().memory_limit);
  };
  health.update(engine.reports(first_report_patience), resources());
  gateway::Gateway gateway(gateway_settings, ports);
  if (const auto started = gateway.start(); !started)
    return refuse(started.error(),
                  started.error().code == "wrong_socket" ? exit_config : exit_unreachable);
  announce_ready(options, gateway.port());
  StateLog states;
  while (!signals.wait(between_looks)) {
    const auto begun = std::chrono::steady_clock::now();
    controls.look(health, clock.now());
    health.update(engine.reports(), resources(), engine.http_pool());
    tell_alerts(alerts, notifier);
    end_look(health, states, begun, clock.now());
  }
  drain(health, gateway, engine);
  return 0;
}

} // namespace

int serve(const ServeOptions& given) {
  StopSignals signals(HangUp::is_ignored); // of a terminal or of log rotation: no reason to stop
  ::umask(077); // the log holds personal data: nobody else on the machine may read it
  auto options = given;
  const auto loaded = config::load_config_file(options.config_file, *config::process_environment());
  if (!loaded.ok())
    return refuse_faults(loaded.faults);
  log_levels().configure(configured_level(loaded.config));
  write_log_files(loaded.config.service_log_dir);
  if (options.test_failpoints)
    if (const auto armed = failpoint::arm_from_environment(); !armed)
      return refuse(armed.error(), exit_config);
  if (options.data_dir.empty())
    options.data_dir = loaded.config.log_dir;
  const auto socket = given_socket();
  if (!socket)
    return refuse(socket.error(), exit_config);
  options.given_listener = *socket;
  const SystemClock clock;
  const auto opening = open_options(options);
  if (!opening)
    return refuse(opening.error(), storage::exit_code_of(opening.error()));
  auto folder = storage::open_log(*opening, &clock);
  if (!folder)
    return refuse(folder.error(), storage::exit_code_of(folder.error()));
  for (const auto& note : (*folder)->notes())
    log_line(Part::service, Level::warning, "data_folder", {{"text", note}});
  Configured configured{loaded, loaded.config, {}};
  if (const auto read = configured.tenants.read((*folder)->log()); !read)
    return refuse(read.error(), exit_storage);
  if (const auto faults = add_recorded(configured.all, configured.tenants.book, options.config_file,
                                       *config::process_environment());
      !faults.empty())
    return refuse_faults(faults);
  const int code = run(options, configured, **folder, signals, clock);
  folder->reset();
  log_line(Part::service, Level::info, "stopped", {{"code", std::to_string(code)}});
  return code;
}

} // namespace tidemark::app
