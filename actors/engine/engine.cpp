#include "actors/engine/engine.hpp"

#include "actors/engine/projection_runner.hpp"
#include "actors/engine/supervisor.hpp"
#include "actors/engine/worker_priority.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/thread_hook.hpp>
#include <pthread.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string_view>

namespace tidemark::actors {
namespace {

/// Longer than all that connecting an account waits for.
constexpr std::chrono::minutes connect_patience{5};
constexpr std::chrono::minutes staged_rows_patience{5}; // of a table of millions

/// What follows the log yields to what fills it: while webhooks come in faster than they can be
/// decided, they are acknowledged first. One thread keeps a share, so that deciding never stands
/// still however busy the machine is.
class Yielding final : public caf::thread_hook {
public:
  void init(caf::actor_system&) override {}
  void thread_started() override {
    if (!is_worker())
      return;
    set_worker_priority(workers_++ == 0 ? WorkerPriority::small : WorkerPriority::leftover);
    pthread_setname_np(pthread_self(), "actors");
  }
  void thread_terminates() override {}

private:
  /// Not CAF's clock, which only wakes others.
  static bool is_worker() {
    std::array<char, 16> name{};
    return ::prctl(PR_GET_NAME, name.data()) == 0
           && std::string_view(name.data()) == "caf.multiplexer";
  }

  std::atomic<unsigned> workers_{0};
};

} // namespace

Engine::Engine(EngineOptions options, std::vector<TenantSetup> tenants, EnginePorts ports)
    : clock_(ports.clock), options_(options), tables_(ports.tables), hasher_(ports.hasher),
      token_files_(ports.token_files), report_(ports.report), log_port_(ports.log),
      http_(std::move(ports.http)), config_(std::make_unique<caf::actor_system_config>()) {
  config_->set("scheduler.max-threads", options.worker_threads);
  config_->set("scheduler.policy",
               caf::atom("sharing")); // stealing workers would poll on a small machine
  config_->add_thread_hook<Yielding>();
  system_ = std::make_unique<caf::actor_system>(*config_);
  const ProjectionPorts projections{&ports.log, &ports.tables, &ports.hasher, ports.report};
  ConsentMonitorPorts monitor{.log_port = &log_port_,
                              .tables = &ports.tables,
                              .hasher = &ports.hasher,
                              .tenants = {},
                              .report = ports.report,
                              .notice = std::move(ports.notice)};
  std::vector<std::shared_ptr<const TenantContext>> contexts;
  for (auto& tenant : tenants)
    contexts.push_back(context_of(std::move(tenant)));
  SharedFollowers shared{
      .projections = [this, projections] { return system_->spawn(projection_actor, projections); },
      .consent_monitor =
          [this, monitor = std::move(monitor)](std::vector<TenantId> all) mutable {
            monitor.tenants = std::move(all);
            return system_->spawn(consent_monitor, monitor);
          }};
  supervisor_ = system_->spawn(supervisor_actor, std::move(contexts), std::move(shared),
                               std::move(ports.report), options.probes_per_second);
  subscription_ =
      ports.log.subscribe([this](Position to) { caf::anon_send(supervisor_, LogAdvanced{to}); });
  ticker_ = std::thread([this, pause = options.tick] { tick_until_stopped(pause); });
}

std::shared_ptr<const TenantContext> Engine::context_of(TenantSetup tenant) {
  auto context = std::make_shared<TenantContext>(TenantContext{
      log_port_, tables_, *http_, hasher_, token_files_, options_.incarnation,
      std::move(tenant.tenant), std::move(tenant.rules), std::move(tenant.destinations),
      options_.live_contacts_max, std::chrono::seconds{300}, report_});
  context->probes = options_.probes_per_second > 0;
  return context;
}

void Engine::start(TenantSetup tenant) {
  caf::anon_send(supervisor_, StartTenant{context_of(std::move(tenant))});
}

void Engine::end(const TenantId& tenant) {
  caf::anon_send(supervisor_, EndTenant{tenant});
}

Engine::~Engine() {
  subscription_.reset();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  ticker_.join();
  caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
  supervisor_ = nullptr;
  system_->await_all_actors_done();
  http_.reset();               // calls back for what is still out; nobody listens any more
  log_port_.wait_until_idle(); // the writer still answers; the actors' handles live until then
  system_.reset();
}

bool Engine::drain(std::chrono::milliseconds at_most) {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  const auto step = std::chrono::milliseconds{50};
  for (auto waited = std::chrono::milliseconds{0}; waited < at_most; waited += step) {
    const auto all = reports();
    const bool quiet = std::none_of(all.begin(), all.end(), [](const FollowerReport& report) {
      return report.busy > 0 && report.name.find("delivery/") != std::string::npos;
    });
    if (quiet)
      return true;
    std::this_thread::sleep_for(step);
  }
  return false;
}

void Engine::tick_until_stopped(std::chrono::milliseconds pause) {
  pthread_setname_np(pthread_self(), "ticker");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    caf::anon_send(supervisor_, Tick{clock_.now(), draining_});
    stop_signal_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

Result<std::string> Engine::connect(const TenantId& tenant, const ConnectorName& connector,
                                    const std::string& code) {
  return ask_account({tenant, connector, code});
}

Status Engine::renew(const TenantId& tenant, const ConnectorName& connector, const std::string& by,
                     const std::string& request_id) {
  TRYV(ask_account({tenant, connector, {}, true, by, request_id}));
  return Done{};
}

Result<std::string> Engine::ask_account(ConnectAccount request) {
  Result<std::string> out = Error{"no_answer", "the account's tokens could not be asked for"};
  caf::scoped_actor self(*system_);
  self->request(supervisor_, connect_patience, std::move(request))
      .receive(
          [&](const AccountConnected& answer) {
            out = answer.error ? Result<std::string>(*answer.error) : answer.text;
          },
          [](const caf::error&) {});
  return out;
}

void Engine::set_settings(const TenantId& tenant, const connectors::Settings& settings) {
  caf::anon_send(supervisor_, NewSettings{tenant, settings.name, settings});
}

Result<std::uint64_t> Engine::take_staged_rows(const std::string& folder) {
  Result<std::uint64_t> out = Error{"no_answer", "the tables could not be asked for"};
  caf::scoped_actor self(*system_);
  self->request(supervisor_, staged_rows_patience, TakeStagedRows{folder})
      .receive(
          [&](const StagedRowsTaken& answer) {
            out = answer.error ? Result<std::uint64_t>(*answer.error) : answer.rows;
          },
          [](const caf::error&) {});
  return out;
}

void Engine::set_pace(const TenantId& tenant, const ConnectorName& connector, const Pace& pace) {
  caf::anon_send(supervisor_, NewPace{tenant, connector, pace});
}

std::vector<FollowerReport> Engine::reports(std::chrono::milliseconds patience) {
  std::vector<FollowerReport> out;
  caf::scoped_actor self(*system_);
  self->request(supervisor_, patience, ReportRequest{})
      .receive([&](std::vector<FollowerReport>& reports) { out = std::move(reports); },
               [](const caf::error&) {});
  return out;
}

} // namespace tidemark::actors
