#include "tests/simulation/sim_engine.hpp"

#include "actors/consent/consent_monitor.hpp"
#include "actors/engine/projection_runner.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/shared/sync_rules.hpp"
#include "domain/delivery/failed_delivery.hpp"
#include "domain/rules/rules_version.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"
#include "tests/simulation/ports/sim_config.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include <algorithm>
#include <stdexcept>

namespace tidemark::sim {
namespace {

caf::scheduler::test_coordinator& scheduler_of(caf::actor_system& system) {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
}

class Heard final : public storage::CompletionSink {
public:
  void settled(std::span<storage::Settled> group) override {
    for (const auto& one : group)
      appended = appended && std::holds_alternative<storage::Appended>(one.outcome);
  }
  bool appended = true;
};

} // namespace

SimEngine::SimEngine(const Outside& outside, std::uint32_t number, std::uint64_t seed)
    : outside_(outside),
      incarnation_(
          to_hex(sha256("incarnation " + std::to_string(seed) + "/" + std::to_string(number)))
              .substr(0, 32)),
      log_(outside.clock, Epoch{number}, outside.disk, outside.swarm,
           Rng(seed * 1009 + number, "log"), outside.coverage),
      http_(std::make_unique<SimHttp>(outside.vendors, outside.vendors_clock, outside.swarm,
                                      Rng(seed * 1013 + number, "http"), outside.coverage)),
      http_port_(*http_, outside.bug.http, bug_context()),
      gateway_log_(log_, outside.bug.gateway_log, bug_context()),
      api_log_(gateway_log_.get(), log_, bug_context()),
      projections_log_(log_, outside.bug.projections_log, bug_context()),
      projections_tables_(outside.tables, outside.bug.projections_tables, bug_context()),
      monitor_log_port_(log_) {
  const auto config = sim_config(outside_.tenants, outside_.vendors, outside_.configuration);
  record_start(config);
  start_gateway(config);
  start_actors(config);
}

SimEngine::TenantPorts::TenantPorts(SimEngine& engine, const BugContext& context)
    : log(engine.log_, engine.outside_.bug.engine_log, context),
      tables(engine.outside_.tables, engine.outside_.bug.engine_tables, context),
      log_port(log.get()) {}

BugContext SimEngine::bug_context(const TenantId& tenant) const {
  return {log_, outside_.clock, outside_.vendors, tenant};
}

void SimEngine::start_gateway(const config::Config& config) {
  for (const auto& tenant : config.tenants) {
    gateway_options_.tenants.push_back(tenant.id);
    for (const auto& connector : tenant.connectors)
      gateway_options_.sources.push_back({tenant.id, connector.connector, connector.settings});
  }
  gateway_ = std::make_unique<SimGateway>(gateway_options_, gateway_log_.get(), api_log_,
                                          outside_.tables, outside_.hasher, outside_.clock);
  if (outside_.bug.sheds_past_the_route)
    gateway_->shed_past_the_route();
}

void SimEngine::start_actors(const config::Config& config) {
  config_ = std::make_unique<caf::actor_system_config>();
  config_->set("scheduler.policy", caf::atom("testing"));
  system_ = std::make_unique<caf::actor_system>(*config_);
  std::vector<std::shared_ptr<const actors::TenantContext>> contexts;
  for (const auto& tenant : config.tenants)
    contexts.push_back(world_of(tenant));
  const actors::FailureReport report = [this](std::string_view actor, std::string_view what) {
    reports_.push_back(std::string(actor) + ": " + std::string(what));
  };
  const actors::ProjectionPorts projections{&projections_log_.get(), &projections_tables_.get(),
                                            &outside_.hasher, report};
  const actors::ConsentMonitorPorts monitor{
      .log_port = &monitor_log_port_,
      .tables = &projections_tables_.get(),
      .hasher = &outside_.hasher,
      .tenants = gateway_options_.tenants,
      .report = report,
      .notice = [this](const TenantId&, const events::Event& event) {
        outside_.coverage.hit("notice." + std::string(events::type_of(event)));
      }};
  supervisor_ = system_->spawn(
      actors::supervisor_actor, std::move(contexts),
      actors::SharedFollowers{
          .projections =
              [this, projections] { return system_->spawn(actors::projection_actor, projections); },
          .consent_monitor =
              [this, monitor](std::vector<TenantId>) {
                return system_->spawn(actors::consent_monitor, monitor);
              }},
      report, 0.0);
  subscription_ =
      log_.subscribe([this](Position to) { caf::anon_send(supervisor_, actors::LogAdvanced{to}); });
}

std::shared_ptr<const actors::TenantContext>
SimEngine::world_of(const config::TenantConfig& tenant) {
  const auto config = sim_config(outside_.tenants, outside_.vendors, outside_.configuration);
  auto& ports =
      *tenants_.emplace_back(std::make_unique<TenantPorts>(*this, bug_context(tenant.id)));
  actors::TenantContext world{ports.log_port,
                              ports.tables.get(),
                              http_port_.get(),
                              outside_.hasher,
                              storage::TokenFiles(""),
                              incarnation_,
                              tenant.id,
                              connectors::sync_rules(config::to_applied(config, tenant)),
                              {},
                              outside_.swarm.live_contacts,
                              std::chrono::seconds{300},
                              [this](std::string_view actor, std::string_view what) {
                                reports_.push_back(std::string(actor) + ": " + std::string(what));
                              },
                              outside_.swarm.checkpoint_every};
  for (const auto& connector : tenant.connectors)
    world.destinations.emplace(connector.settings.name, outlet_of(tenant.id, connector));
  return std::make_shared<const actors::TenantContext>(std::move(world));
}

actors::Destination SimEngine::outlet_of(const TenantId& tenant,
                                         const config::ConnectorConfig& connector) {
  actors::Destination destination;
  destination.configured = {connector.connector, connector.settings};
  if (outside_.bug.connector)
    destination.configured.connector = outside_.bug.connector(connector.connector->type);
  destination.receives = connector.receives;
  destination.reconcile_every = connector.reconcile_every;
  destination.concurrency = connector.concurrency;
  destination.requests_per_second = connector.requests_per_second;
  destination.burst = connector.burst;
  destination.breaker = {connector.breaker_failures,
                         std::chrono::milliseconds{connector.breaker_pause_ms},
                         connector.breaker_successes};
  destination.reread = [this, tenant, name = connector.settings.name] {
    const auto fresh = sim_config(outside_.tenants, outside_.vendors, outside_.configuration);
    for (const auto& one : fresh.tenant(tenant)->connectors)
      if (one.settings.name == name)
        return one.settings;
    throw std::logic_error("the connector has gone");
  };
  return destination;
}

/// As `tidemarkd serve` does before anything else.
void SimEngine::record_start(const config::Config& config) {
  for (const auto& tenant : config.tenants) {
    storage::Append append;
    append.tenant = tenant.id;
    auto applied = config::to_applied(config, tenant);
    applied.rules = domain::rules_version;
    append.events.push_back(
        {events::engine_stream(),
         events::EngineStarted{log_.epoch().value, "sim", domain::rules_version, incarnation_},
         {},
         {}});
    append.events.push_back({events::engine_stream(), std::move(applied), {}, {}});
    Heard heard;
    log_.submit(std::move(append), heard, 0);
    while (log_.has_work())
      log_.commit();
    if (!heard.appended)
      throw std::logic_error("the start was not recorded");
  }
}

void SimEngine::append_unknown(const std::string& tenant, const ContactId& contact) {
  storage::Append append;
  append.tenant = TenantId(tenant);
  append.events.push_back({events::contact_stream(contact),
                           events::TimerDue{"newer", contact.value},
                           {events::contact_tag(contact)},
                           {}});
  auto prepared = storage::prepare(std::move(append));
  if (!prepared)
    throw std::logic_error(prepared.error().text);
  prepared->events.front().envelope.type = "contact.scored.v1";
  prepared->events.front().payload = R"({"score":7})";
  Heard heard;
  log_.submit_prepared(*std::move(prepared), heard);
  while (log_.has_work())
    log_.commit();
}

void SimEngine::ask_for_retry(const std::string& tenant, const ContactId& contact,
                              const DeliveryId& delivery) {
  domain::FailedDelivery known;
  known.request.delivery = delivery;
  const auto read = storage::read_under_tag(
      log_, TenantId(tenant), events::contact_tag(contact), {},
      [&](const events::Recorded& recorded) { domain::evolve(known, recorded); });
  if (!read || !known.failed)
    return; // not readable just now
  known.request.max_age_seconds = 3600;
  known.request.reason = "the simulation wants it";
  known.request.by = "operator";
  storage::Append append;
  append.tenant = TenantId(tenant);
  append.events.push_back({events::admin_stream(), known.request, {}, {}});
  auto prepared = storage::prepare(std::move(append));
  if (!prepared)
    throw std::logic_error(prepared.error().text);
  static Heard nobody_waits; // for the answer; it may come after this call
  log_.submit_prepared(*std::move(prepared), nobody_waits);
}

SimEngine::~SimEngine() {
  // Like a killed process: nothing is written or sent from here on, whatever is still in mailboxes.
  log_.die();
  http_->cut();
  subscription_.reset();
  caf::anon_send_exit(supervisor_, caf::exit_reason::kill);
  supervisor_ = nullptr;
  auto& scheduler = scheduler_of(*system_);
  while (scheduler.has_job())
    scheduler.run_once();
  http_->cut();
  tenants_.clear();
  system_.reset();
}

bool SimEngine::has_message() const {
  return scheduler_of(*system_).has_job();
}

void SimEngine::run_one(Rng& rng) {
  auto& scheduler = scheduler_of(*system_);
  auto& jobs = scheduler.jobs;
  std::swap(jobs.front(), jobs[rng.below(jobs.size())]);
  scheduler.run_once();
}

void SimEngine::tick() {
  scheduler_of(*system_).trigger_timeouts();
  caf::anon_send(supervisor_, actors::Tick{outside_.clock.now(), draining_});
}

void SimEngine::set_faults(bool on) {
  log_.set_faults(on);
  http_->set_faults(on);
}

} // namespace tidemark::sim
