#pragma once
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"
#include "domain/consent/deadlines.hpp"
#include "projections/table/scan.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tidemark::actors {

/// A thing that was told: `deadline.reached` or `violation.found`, once it is recorded, or the
/// `webhook.interpreted` of an opt-out of which nobody can tell whose it is.
using NoticeReport = std::function<void(const TenantId& tenant, const events::Event& event)>;

struct ConsentMonitorPorts {
  LogPort* log_port = nullptr;
  const storage::TableStore* tables = nullptr;
  const KeyedHasher* hasher = nullptr;
  std::vector<TenantId> tenants;
  FailureReport report;
  NoticeReport notice;
};

/// Looks after the promises to people who opted out: tells of deadlines that are near, missed and
/// settled again, and of messages that reached a closed address, each once, as events (requirements
/// O6, O15); and of opt-outs that cannot be read (requirement O19), after each start once more.
/// Notes which opt-outs leave nothing to people, so that lists of those that do stay short. It
/// reads what the projection `opt_outs` knows: what it tells was so at a moment when the table had
/// caught up.
class ConsentMonitorState {
public:
  static inline const char* name = "consent_monitor";

  void start(ConsentMonitorActor::pointer self, ConsentMonitorPorts ports);
  void tick(const Tick& tick);
  void settled(const AppendSettled& answer);
  void watch(const TenantId& tenant);

private:
  struct Tenant {
    domain::DeadlineWatch deadlines;
    std::set<std::pair<Position, AddressHash>> violations; ///< told, or about to be
    std::set<Position> unreadable;                         ///< webhooks that were told
    std::set<Position> settled; ///< what the last look found to leave nothing to people
    Timestamp hands_again_at;
    Position hands_after; ///< what may be left to people was looked at up to here; 0: all was
  };
  /// What is being recorded.
  struct Notice {
    TenantId tenant;
    events::Event event;
  };

  void fail(const Error& error);
  Status poll(Timestamp now);
  Status look_at_deadlines(const TenantId& id, Tenant& tenant, Position projected, Timestamp now);
  Status look_at_unreadable(const TenantId& id, Tenant& tenant);
  Status look_at_hands(const TenantId& id, Tenant& tenant, Timestamp now);
  Status look_at_messages(Position projected, Timestamp now);
  Status read_where_it_stopped();
  /// Tenants and addresses that messages left for, of the part of the log that comes next.
  Result<std::set<std::pair<TenantId, AddressHash>>> written_to(Position projected);
  AddressHash hash_of(const TenantId& tenant, const events::MessageFacts& message) const;
  Result<std::optional<AddressHash>> address_of(const events::Recorded& sent) const;
  Status judge(const TenantId& id, Tenant& tenant, const AddressHash& address);
  void tell(const TenantId& tenant, events::Event event, const std::string& once);
  void write_down(Timestamp now);

  ConsentMonitorActor::pointer self_ = nullptr;
  ConsentMonitorPorts ports_;
  projections::Scan scan_;
  std::map<TenantId, Tenant> tenants_;
  std::map<std::uint64_t, Notice> in_flight_; ///< by the token of its append
  std::uint64_t next_token_ = 0;
  Timestamp polled_at_;
  Position looked_; ///< messages up to here were judged, or are in `unjudged_`
  std::set<std::pair<TenantId, AddressHash>> unjudged_; ///< tenant and address
  bool any_judged_ = false;                             ///< since it was written down
  Position written_down_;                               ///< how much of that a restart knows
  Timestamp written_at_;
};

ConsentMonitorActor::behavior_type
consent_monitor(ConsentMonitorActor::stateful_pointer<ConsentMonitorState> self,
                ConsentMonitorPorts ports);

} // namespace tidemark::actors
