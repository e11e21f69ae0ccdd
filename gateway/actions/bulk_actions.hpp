#pragma once
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "projections/table/scan.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace tidemark::gateway {

/// Which failed deliveries are meant: all that fit, also those beyond what a page shows.
struct FailedChoice {
  std::string state; ///< rejected, dead; "" both
  ConnectorName target;
  ContactId contact;
  std::string reason_code;
  std::optional<Timestamp> since, until; ///< when they failed: from, and before

  bool has(const projections::DeliveryView& delivery) const;
};

/// What is to be done to each of them.
struct BulkWish {
  std::string what; ///< retry, write_off
  FailedChoice filter;
  std::string reason;
  bool dry_run = false;
  bool texts = false;                ///< texts too; without, they are left out
  std::uint64_t max_age_seconds = 0; ///< of a text; 0: as for a single one
  double per_second = 20;
};

/// How far it is.
struct BulkAction {
  std::string id;
  BulkWish wish;
  std::string by;
  std::string state = "running"; ///< running, done, stopped, failed
  std::uint64_t matched = 0;
  std::uint64_t requested = 0;                  ///< recorded, or in a dry run: would be tried again
  std::map<std::string, std::uint64_t> skipped; ///< by reason code
  Timestamp started_at;
  std::optional<Timestamp> ended_at;
  std::string error; ///< of `failed`
};

/// Runs the actions of all tenants, one of each tenant at a time. For several threads.
class BulkActions {
public:
  using Perform = std::function<Answer(ApiRequest, const Caller&)>;
  static constexpr std::size_t kept = 100; ///< of those that ended

  /// `perform` finds the route of a single request and answers it; used on the actions' own threads
  /// until this is destroyed.
  BulkActions(const WallClock& clock, projections::Scan scan, Perform perform);
  /// Ends those that run.
  ~BulkActions();
  BulkActions(const BulkActions&) = delete;
  BulkActions& operator=(const BulkActions&) = delete;

  /// Error: action_runs, with the id of the tenant's that has not ended.
  Result<BulkAction> start(BulkWish wish, const Caller& caller);
  std::optional<BulkAction> find(const TenantId& tenant, std::string_view id) const;
  /// The newest first.
  std::vector<BulkAction> of(const TenantId& tenant) const;
  /// No further one is asked for. False when there is none of that id.
  bool stop(const TenantId& tenant, std::string_view id);

private:
  struct Run {
    BulkAction action;
    Caller caller;
    std::jthread thread{};
  };
  using Runs = std::deque<std::unique_ptr<Run>>;
  void run(Run& run, const std::stop_token& stop);
  /// False when it was stopped before the last one.
  Result<bool> each(Run& run, const std::stop_token& stop);
  /// Error: why the whole action ends.
  Status one(Run& run, const projections::DeliveryView& delivery);
  void pause(const Run& run, const std::stop_token& stop) const;
  Run* find_run(const TenantId& tenant, std::string_view id) const;

  const WallClock& clock_;
  projections::Scan scan_;
  Perform perform_;
  mutable std::mutex guard_; ///< of all actions
  std::uint64_t started_ = 0;
  std::map<TenantId, Runs> runs_; ///< the newest first
};

} // namespace tidemark::gateway
