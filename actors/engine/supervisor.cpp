#include "actors/engine/supervisor.hpp"

#include "actors/backfill/backfill_actor.hpp"
#include "actors/connector/custom_field_check.hpp"
#include "actors/connector/oauth_tokens.hpp"
#include "actors/connector/transport.hpp"
#include "actors/delivery/delivery_actor.hpp"
#include "actors/intake/interpreter.hpp"
#include "actors/ports/log_port.hpp"

#include <algorithm>
#include <utility>

namespace tidemark::actors {
namespace {

constexpr std::chrono::seconds pause_min{1}, pause_max{60};

} // namespace

void SupervisorState::start(SupervisorActor::pointer self,
                            std::vector<std::shared_ptr<const TenantContext>> tenants,
                            SharedFollowers shared, FailureReport report,
                            double probes_per_second) {
  self_ = self;
  probes_per_second_ = probes_per_second;
  make_ = std::move(shared);
  report_ = std::move(report);
  self_->set_down_handler([this](const caf::down_msg& down) { ended(down); });
  idle_.take(tenants);
  for (auto& context : tenants)
    tenants_.push_back({.context = std::move(context)});
  start_shared();
  for (auto& tenant : tenants_)
    start_tenant(tenant);
}

void SupervisorState::begin_tenant(StartTenant message) {
  const auto id = message.context->tenant;
  idle_.erase(id);
  if (std::ranges::any_of(tenants_, [&](const auto& one) { return one.context->tenant == id; }))
    return;
  tenants_.push_back({.context = std::move(message.context)});
  start_tenant(tenants_.back());
  if (consent_monitor_)
    self_->send(consent_monitor_, WatchTenant{id});
}

/// Something happened to them: they need followers, who read all of it.
void SupervisorState::wake_idle() {
  for (auto& context : idle_.woken())
    begin_tenant({std::move(context)});
}

void SupervisorState::end_tenant(const EndTenant& message) {
  idle_.erase(message.tenant);
  const auto at = std::ranges::find_if(
      tenants_, [&](const auto& one) { return one.context->tenant == message.tenant; });
  if (at == tenants_.end())
    return;
  stop_tenant(*at);
  const auto stop_all = [this](const auto& actors) {
    for (const auto& [name, actor] : actors)
      self_->send_exit(actor, caf::exit_reason::user_shutdown);
  };
  stop_all(at->transports);
  stop_all(at->tokens);
  tenants_.erase(at);
}

/// Those that are not there.
void SupervisorState::start_shared() {
  const auto start = [this](auto& actor, const auto& make) {
    if (actor)
      return;
    actor = make();
    self_->monitor(actor);
  };
  start(projections_, make_.projections);
  start(consent_monitor_, [this] {
    std::vector<TenantId> all;
    for (const auto& tenant : tenants_)
      all.push_back(tenant.context->tenant);
    return make_.consent_monitor(std::move(all));
  });
}

/// Interpreter, deliveries and lists of a tenant are started together: the one drives the others.
void SupervisorState::start_tenant(TenantActors& tenant) {
  const auto& context = tenant.context;
  const auto watched = [this](auto actor) {
    self_->monitor(actor);
    return actor;
  };
  std::vector<DeliveryActor> deliveries;
  for (const auto& [name, destination] : context->destinations) {
    auto& transport = tenant.transports[name];
    if (!transport)
      transport = watched(self_->spawn(transport_actor, &context->http));
    OAuthTokensActor tokens;
    if (destination.oauth) {
      tokens = tenant.tokens[name];
      if (!tokens)
        tenant.tokens[name] = tokens = watched(self_->spawn(oauth_tokens, context, name));
    }
    TokenUsers users;
    DeliveryActor delivery;
    if (destination.receives) {
      delivery = watched(
          self_->spawn(delivery_actor, context, name, transport, tokens, SupervisorActor(self_)));
      tenant.deliveries[name] = delivery;
      deliveries.push_back(delivery);
      users.users.emplace_back(delivery);
    }
    const auto backfill = watched(self_->spawn(backfill_actor, context, name, transport, tokens,
                                               delivery, SupervisorActor(self_)));
    tenant.backfills[name] = backfill;
    users.users.emplace_back(backfill);
    if (checks_custom_fields(destination)) {
      auto& check = tenant.field_checks[name];
      if (!check)
        check = watched(self_->spawn(custom_field_check, context, name, transport));
      users.users.emplace_back(check);
    }
    if (tokens)
      self_->send(tokens, std::move(users));
  }
  tenant.interpreter = watched(
      self_->spawn(interpreter_actor, context, std::move(deliveries), SupervisorActor(self_)));
}

/// False while something has to wait still.
bool SupervisorState::start_what_ended() {
  start_shared();
  bool all = true;
  for (auto& tenant : tenants_) {
    if (tenant.interpreter)
      continue;
    if (tenant.interpreter_ends || tenant.context->log_port.owes(tenant.former))
      all = false;
    else
      start_tenant(tenant);
  }
  return all;
}

void SupervisorState::stop_tenant(TenantActors& tenant) {
  if (!tenant.interpreter)
    return;
  tenant.former.clear();
  tenant.each([&](const auto& actor) {
    tenant.former.push_back(actor.address());
    self_->send_exit(actor, caf::exit_reason::user_shutdown);
  });
  for (const auto& [name, check] : tenant.field_checks) { // each holds a transport
    tenant.former.push_back(check.address());
    self_->send_exit(check, caf::exit_reason::user_shutdown);
  }
  tenant.field_checks.clear();
  tenant.interpreter_ends = tenant.interpreter.address();
  tenant.interpreter = nullptr;
  tenant.deliveries.clear();
  tenant.backfills.clear();
  tenant.crowded.clear();
}

void SupervisorState::ended(const caf::down_msg& down) {
  if (down.reason != caf::exit_reason::user_shutdown && down.reason != caf::exit_reason::kill)
    fell(down);
  for (auto& tenant : tenants_)
    if (tenant.interpreter_ends == down.source)
      tenant.interpreter_ends = nullptr;
}

void SupervisorState::fell(const caf::down_msg& down) {
  report_("supervisor", "a follower ended: " + caf::to_string(down.reason));
  if (projections_ && projections_.address() == down.source)
    projections_ = nullptr;
  if (consent_monitor_ && consent_monitor_.address() == down.source)
    consent_monitor_ = nullptr;
  for (auto& tenant : tenants_) {
    bool is_its = false;
    tenant.each([&](const auto& actor) { is_its |= actor.address() == down.source; });
    const auto is_it = [&](const auto& kept) { return kept.second.address() == down.source; };
    is_its |= std::erase_if(tenant.transports, is_it) > 0;
    is_its |= std::erase_if(tenant.tokens, is_it) > 0;
    is_its |= std::erase_if(tenant.field_checks, is_it) > 0;
    if (is_its)
      stop_tenant(tenant);
  }
  if (!broken_)
    restart_at_ = now_ + pause_;
  broken_ = true;
}

void SupervisorState::advanced(const LogAdvanced& message) {
  wake_idle();
  if (projections_)
    self_->send(projections_, message);
  for (const auto& tenant : tenants_) {
    if (tenant.interpreter)
      self_->send(tenant.interpreter, message);
    for (const auto& [name, actor] : tenant.deliveries)
      self_->send(actor, message);
  }
}

caf::result<ProbeGrant> SupervisorState::probe() {
  probes_.push_back(self_->make_response_promise<ProbeGrant>());
  return probes_.back();
}

/// Never more than one second's at once.
void SupervisorState::grant_probes(std::chrono::microseconds passed) {
  const double seconds = std::chrono::duration<double>(passed).count();
  probes_left_ = std::clamp(probes_left_ + seconds * probes_per_second_, 0.0,
                            std::max(probes_per_second_, 1.0));
  for (; !probes_.empty() && probes_left_ >= 1; --probes_left_) {
    probes_.front().deliver(ProbeGrant{});
    probes_.pop_front();
  }
}

void SupervisorState::tick(const Tick& message) {
  grant_probes(message.now - std::exchange(now_, message.now));
  if (broken_ && now_ >= restart_at_) {
    broken_ = !start_what_ended();
    if (!broken_)
      pause_ = std::min(pause_ * 2, pause_max);
  } else if (!broken_ && pause_ > pause_min && now_ >= restart_at_ + 2 * pause_) {
    pause_ = pause_min; // it has held for a while
  }
  const auto pass_on = [&](const auto& actor) { self_->send(actor, message); };
  if (projections_)
    pass_on(projections_);
  if (consent_monitor_)
    pass_on(consent_monitor_);
  for (const auto& tenant : tenants_) {
    tenant.each(pass_on);
    for (const auto& [name, tokens] : tenant.tokens)
      pass_on(tokens);
    for (const auto& [name, check] : tenant.field_checks)
      pass_on(check);
  }
}

/// The tenant's lists wait while any of its followers is crowded.
void SupervisorState::crowded(const Crowded& message) {
  const auto from = caf::actor_cast<caf::actor_addr>(self_->current_sender());
  for (auto& tenant : tenants_) {
    bool is_its = false;
    tenant.each([&](const auto& actor) { is_its |= actor.address() == from; });
    if (!is_its)
      continue;
    if (message.crowded)
      tenant.crowded.insert(from);
    else
      tenant.crowded.erase(from);
    for (const auto& [name, backfill] : tenant.backfills)
      self_->send(backfill, Crowded{!tenant.crowded.empty()});
  }
}

/// Whoever is started again later has it too.
void SupervisorState::set_pace(const NewPace& message) {
  idle_.set_pace(message);
  for (auto& tenant : tenants_) {
    const auto& known = tenant.context->destinations;
    const auto at = known.find(message.connector);
    if (tenant.context->tenant != message.tenant || at == known.end()
        || at->second.pace() == message.pace)
      continue;
    tenant.context = with_changed(*tenant.context, message.connector,
                                  [&](Destination& its) { its.set(message.pace); });
    if (const auto its = tenant.deliveries.find(message.connector); its != tenant.deliveries.end())
      self_->send(its->second, NewContext{tenant.context});
  }
}

/// Whoever is started again later has them too. Those of an account go to who renews its tokens.
void SupervisorState::set_settings(const NewSettings& message) {
  idle_.set_settings(message);
  for (auto& tenant : tenants_) {
    if (tenant.context->tenant != message.tenant
        || !tenant.context->destinations.contains(message.connector))
      continue;
    tenant.context = with_changed(*tenant.context, message.connector, [&](Destination& its) {
      its.configured.settings = message.settings;
    });
    if (const auto its = tenant.tokens.find(message.connector); its != tenant.tokens.end()) {
      self_->send(its->second, message);
      continue;
    }
    domain::AccountStatus status;
    status.usable = true;
    const TokenNews news{++secrets_version_, message.settings, status};
    const auto tell = [&](const auto& actors) {
      if (const auto its = actors.find(message.connector); its != actors.end())
        self_->send(its->second, news);
    };
    tell(tenant.deliveries);
    tell(tenant.backfills);
    tell(tenant.field_checks);
  }
}

caf::result<AccountConnected> SupervisorState::connect(ConnectAccount& request) {
  for (const auto& tenant : tenants_)
    if (tenant.context->tenant == request.tenant)
      if (const auto tokens = tenant.tokens.find(request.connector); tokens != tenant.tokens.end())
        return self_->delegate(tokens->second, std::move(request));
  return AccountConnected{
      Error{"bad_usage", "no connector of this name has oauth in the configuration"}, {}};
}

caf::result<StagedRowsTaken> SupervisorState::take_staged(TakeStagedRows& request) {
  if (projections_)
    return self_->delegate(projections_, std::move(request));
  return StagedRowsTaken{Error{"busy", "the tables are being started again: try once more"}};
}

caf::result<std::vector<FollowerReport>> SupervisorState::reports() {
  struct Gathering {
    std::vector<FollowerReport> reports;
    std::size_t missing = 0;
  };
  auto promise = self_->make_response_promise<std::vector<FollowerReport>>();
  auto gathering = std::make_shared<Gathering>();
  auto arrived = [gathering, promise]() mutable {
    if (--gathering->missing == 0)
      promise.deliver(std::move(gathering->reports));
  };
  const auto ask = [&](const auto& actor, const std::string& prefix) {
    ++gathering->missing;
    self_->request(actor, std::chrono::seconds{2}, ReportRequest{})
        .then(
            [gathering, arrived, prefix](FollowerReport& report) mutable {
              report.name = prefix + report.name;
              gathering->reports.push_back(std::move(report));
              arrived();
            },
            [arrived](const caf::error&) mutable { arrived(); });
  };
  ++gathering->missing; // until all are asked
  if (projections_)
    ask(projections_, "");
  for (const auto& tenant : tenants_) {
    const auto prefix = tenant.context->tenant.value + "/";
    tenant.each([&](const auto& actor) { ask(actor, prefix); });
  }
  arrived();
  return promise;
}

SupervisorState::~SupervisorState() {
  // From outside: this actor is already ending and sends nothing itself any more.
  const auto stop = [](const auto& actor) {
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  };
  if (projections_)
    stop(projections_);
  if (consent_monitor_)
    stop(consent_monitor_);
  for (const auto& tenant : tenants_) {
    tenant.each(stop);
    for (const auto& [name, transport] : tenant.transports)
      stop(transport);
    for (const auto& [name, tokens] : tenant.tokens)
      stop(tokens);
    for (const auto& [name, check] : tenant.field_checks)
      stop(check);
  }
}

SupervisorActor::behavior_type
supervisor_actor(SupervisorActor::stateful_pointer<SupervisorState> self,
                 std::vector<std::shared_ptr<const TenantContext>> tenants, SharedFollowers shared,
                 FailureReport report, double probes_per_second) {
  self->state.start(self, std::move(tenants), std::move(shared), std::move(report),
                    probes_per_second);
  return {
      [self](const LogAdvanced& message) { self->state.advanced(message); },
      [self](const Tick& message) { self->state.tick(message); },
      [self](const Crowded& message) { self->state.crowded(message); },
      [self](const NewPace& message) { self->state.set_pace(message); },
      [self](const NewSettings& message) { self->state.set_settings(message); },
      [self](const StartTenant& message) { self->state.begin_tenant(message); },
      [self](const EndTenant& message) { self->state.end_tenant(message); },
      [self](const ProbeRequest&) { return self->state.probe(); },
      [self](ConnectAccount& request) { return self->state.connect(request); },
      [self](TakeStagedRows& request) { return self->state.take_staged(request); },
      [self](const ReportRequest&) { return self->state.reports(); },
  };
}

} // namespace tidemark::actors
