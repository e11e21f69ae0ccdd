#pragma once
#include "gateway/actions/bulk_action.hpp"
#include "gateway/actions/bulk_items.hpp"
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "storage/tables.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace tidemark::gateway {

/// What actions work on.
struct BulkPorts {
  const WallClock& clock;
  storage::LogStore& log;
  const storage::TableStore& tables;
  const KeyedHasher& hasher;
  std::function<std::string(const TenantId&)> region_of; ///< of national telephone numbers
};

/// Runs the actions of all tenants, one of each tenant at a time. That one was begun, how far it is
/// and that it ended stands in the log (events/bulk.hpp), so it outlives the service; a dry run
/// does not. For several threads.
class BulkActions {
public:
  using Perform = std::function<Answer(ApiRequest, const Caller&)>;
  static constexpr std::size_t kept = 100; ///< of those that ended

  /// `perform` finds the route of a single request and answers it; used on the actions' own threads
  /// until this is destroyed.
  BulkActions(const BulkPorts& ports, Perform perform);
  /// Lets go of those that run; the next start goes on with them.
  ~BulkActions();
  BulkActions(const BulkActions&) = delete;
  BulkActions& operator=(const BulkActions&) = delete;

  /// Takes up what the log tells of: the ended ones to be shown, the others go on where they stood.
  /// Errors: those of reading.
  Status resume(const TenantId& tenant);
  /// Of an import, the one that was begun for the same list where that has not ended. Errors:
  /// action_runs, with the id of the tenant's that has not ended (imports do not count);
  /// not_stored.
  Result<BulkAction> start(BulkWish wish, const Caller& caller);
  std::optional<BulkAction> find(const TenantId& tenant, std::string_view id) const;
  /// The newest first.
  std::vector<BulkAction> of(const TenantId& tenant) const;
  /// No further one is asked for. False when there is none of that id.
  bool stop(const TenantId& tenant, std::string_view id);

  /// May rows of the list be taken under it? Errors: not_found, action_ended, bad_action.
  Status check_import(const TenantId& tenant, std::string_view id, const events::BulkImport& list,
                      bool dry_run) const;
  /// They were; `last`: and no more will come. Error: not_stored.
  Status count_rows(const TenantId& tenant, std::string_view id, const events::BulkCounts& rows,
                    bool last);

private:
  struct Run {
    BulkAction action;
    Caller caller;
    std::uint64_t unnoted = 0;     ///< looked at since the log knows where it stands
    std::set<std::string> asked{}; ///< by the process before, as far as the log knows
    std::jthread thread{};
  };
  using Runs = std::deque<std::unique_ptr<Run>>;
  void begin(Run& run, bool resumed);
  void run(Run& run, const std::stop_token& stop);
  void wait_for_tables(Position position, const std::stop_token& stop) const;
  /// Error: why the whole action ends.
  Status one(Run& run, const BulkItem& item, const std::stop_token& stop);
  /// The reason code by which it is left out, "" when it was done. Error: why the action ends.
  Result<std::string> ask(const Run& run, const BulkItem& item) const;
  Status note_progress(Run& run);
  Status note(const TenantId& tenant, events::Event event);
  void pause(const Run& run, const std::stop_token& stop) const;
  Run* find_run(const TenantId& tenant, std::string_view id) const;
  static Run* open_import(Runs& runs, const BulkWish& wish);
  void end_import(Run& run, std::string_view state);
  Status note_import(Run& run);

  const BulkPorts ports_;
  projections::Scan scan_;
  Perform perform_;
  std::atomic<bool> closing_{false};
  mutable std::mutex guard_; ///< of all actions
  std::uint64_t started_ = 0;
  std::map<TenantId, Runs> runs_; ///< the newest first
};

} // namespace tidemark::gateway
