#pragma once
#include "base/keyed_hash.hpp"
#include "projections/consent/opt_out_view.hpp"
#include "projections/consent/opt_out_watch_view.hpp"
#include "storage/log_store.hpp"
#include "storage/tables.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace tidemark::actors {

/// A thing that was told: `deadline.reached` or `violation.found`, once it is recorded, or the
/// `webhook.interpreted` of an opt-out of which nobody can tell whose it is.
using NoticeReport = std::function<void(const TenantId& tenant, const events::Event& event)>;

/// Looks after the promises to people who opted out: tells of deadlines that are near, missed and
/// settled again, and of messages that reached a closed address, each once, as events (requirements
/// O6, O15); and of opt-outs that cannot be read (requirement O19), after each start of the service
/// once more. It reads what the projection `opt_outs` knows: what it tells was so at a moment when
/// the table had caught up.
class ConsentMonitor {
public:
  /// The references must outlive it.
  ConsentMonitor(storage::LogStore& log, const storage::TableStore& tables,
                 const KeyedHasher& hasher, const WallClock& clock, std::vector<TenantId> tenants,
                 NoticeReport report);

  /// Once around; some milliseconds. Errors: those of the log and the tables; the next time goes on
  /// where this one stopped.
  Status poll();

private:
  /// delivery, rule, state
  using Notice = std::tuple<DeliveryId, std::string, events::DeadlineState>;
  struct Tenant {
    TenantId id;
    std::map<Notice, Position> noticed; ///< where the log ended when it was seen first
    std::set<Notice> told;              ///< and not in the table yet
    std::set<std::pair<Position, std::string>> violations; ///< told by this process
    std::set<Position> unreadable;                         ///< webhooks told by this process
  };

  Status look_at_deadlines(Tenant& tenant, Position projected);
  /// Has it been so at a moment when the table had caught up, and was it not told yet?
  bool is_news(Tenant& tenant, const Notice& notice, Position projected) const;
  Status tell(Tenant& tenant, const Notice& notice, events::DeadlineReached event);
  Status look_at_unreadable(Tenant& tenant);
  Status look_at_messages(Position projected);
  Status read_where_it_stopped();
  /// Tenants and addresses that messages left for, of the part of the log that comes next.
  Result<std::set<std::pair<TenantId, std::string>>> written_to(Position projected);
  std::string hash_of(const TenantId& tenant, const events::MessageFacts& message) const;
  Result<std::string> address_of(const events::Recorded& sent) const;
  Status judge(Tenant& tenant, const std::string& address);
  Status write_down(const TenantId& tenant);
  Status append(const TenantId& tenant, const StreamName& stream, events::Event event,
                const std::string& once);

  storage::LogStore& log_;
  const storage::TableStore& tables_;
  const KeyedHasher& hasher_;
  const WallClock& clock_;
  NoticeReport report_;
  projections::Scan scan_;
  std::vector<Tenant> tenants_;
  Position looked_; ///< messages up to here were judged, or are in `unjudged_`
  std::set<std::pair<TenantId, std::string>> unjudged_; ///< tenant and address
  bool looked_read_ = false;
  Position written_down_; ///< how much of that a restart knows
  Timestamp written_at_;
};

} // namespace tidemark::actors
