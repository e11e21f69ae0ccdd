#pragma once
#include "actors/engine/idle_tenants.hpp"
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"

#include <deque>
#include <functional>
#include <set>
#include <vector>

namespace tidemark::actors {

/// Makes the followers that are there once, for all tenants.
struct SharedFollowers {
  std::function<ProjectionActor()> projections;
  std::function<ConsentMonitorActor(std::vector<TenantId>)> consent_monitor;
};

/// One tenant's followers as the supervisor runs them.
struct TenantActors {
  std::shared_ptr<const TenantContext> context;
  // These go on when the others are started anew.
  std::map<ConnectorName, TransportActor> transports{};
  std::map<ConnectorName, OAuthTokensActor> tokens{};
  std::map<ConnectorName, CustomFieldCheckActor> field_checks{};
  InterpreterActor interpreter{};
  std::map<ConnectorName, DeliveryActor> deliveries{};
  std::map<ConnectorName, BackfillActor> backfills{};
  std::vector<caf::actor_addr> former{}; ///< ended, or told to
  caf::actor_addr interpreter_ends{};    ///< was told to and may still be at work; null: none
  std::set<caf::actor_addr> crowded{};

  template <class Visit>
  void each(const Visit& visit) const {
    if (interpreter)
      visit(interpreter);
    for (const auto& [name, actor] : deliveries)
      visit(actor);
    for (const auto& [name, actor] : backfills)
      visit(actor);
  }
};

/// Starts every follower and starts it again when it ends by itself: after one second, doubling up
/// to a minute while it keeps ending. Each end is reported. All state is in the log, so a new actor
/// goes on where the old one stood, once all that the old ones submitted is settled and the old
/// interpreter has ended: beside it, an input might be decided before one that came in earlier.
class SupervisorState {
public:
  static inline const char* name = "supervisor";

  void start(SupervisorActor::pointer self,
             std::vector<std::shared_ptr<const TenantContext>> tenants, SharedFollowers shared,
             FailureReport report, double probes_per_second);
  void advanced(const LogAdvanced& message);
  void tick(const Tick& message);
  void crowded(const Crowded& message);
  void set_pace(const NewPace& message);
  void set_settings(const NewSettings& message);
  void begin_tenant(StartTenant message);
  void end_tenant(const EndTenant& message);
  caf::result<ProbeGrant> probe();
  caf::result<AccountConnected> connect(ConnectAccount& request);
  caf::result<StagedRowsTaken> take_staged(TakeStagedRows& request);
  caf::result<std::vector<FollowerReport>> reports();
  ~SupervisorState();

private:
  void start_shared();
  void start_tenant(TenantActors& tenant);
  void wake_idle();
  bool start_what_ended();
  void stop_tenant(TenantActors& tenant);
  void grant_probes(std::chrono::microseconds passed);
  void ended(const caf::down_msg& down);
  void fell(const caf::down_msg& down);

  SupervisorActor::pointer self_ = nullptr;
  std::vector<TenantActors> tenants_;
  IdleTenants idle_; ///< beside those
  SharedFollowers make_;
  ProjectionActor projections_;
  ConsentMonitorActor consent_monitor_;
  FailureReport report_;
  Timestamp now_, restart_at_;
  std::chrono::seconds pause_{1};
  bool broken_ = false;
  std::uint64_t secrets_version_ = 0; ///< of fixed secrets that were set while it runs
  double probes_per_second_ = 0, probes_left_ = 0;
  std::deque<caf::typed_response_promise<ProbeGrant>> probes_; ///< that wait for their turn
};

SupervisorActor::behavior_type
supervisor_actor(SupervisorActor::stateful_pointer<SupervisorState> self,
                 std::vector<std::shared_ptr<const TenantContext>> tenants, SharedFollowers shared,
                 FailureReport report, double probes_per_second);

} // namespace tidemark::actors
