#pragma once
#include "actors/engine/engine.hpp"
#include "app/operations/backup_looker.hpp"
#include "app/operations/connector_health.hpp"
#include "app/operations/log_watch.hpp"
#include "app/traces/trace_export.hpp"
#include "app/watches/backlog_watch.hpp"
#include "app/watches/measure_watch.hpp"
#include "app/watches/not_stored_watch.hpp"
#include "app/watches/rate_watch.hpp"
#include "app/watches/silence_watch.hpp"
#include "config/config.hpp"
#include "gateway/outages/outage_note.hpp"
#include "gateway/ports.hpp"
#include "storage/open_log.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <set>

namespace tidemark::app {

/// What /health and /metrics say: taken from the running parts about once a second.
class HealthProbe final : public gateway::HealthPort {
public:
  HealthProbe(const storage::OpenLog& folder, storage::LogStore& log, const WallClock& clock,
              const gateway::AlertThresholds& thresholds = {},
              const config::BackupConfig& backup = {})
      : folder_(folder), log_(log), clock_(clock), thresholds_(thresholds), silence_(log),
        watch_(log, slow_), measures_(thresholds), started_(clock.now()),
        backups_(backup.dir, to_hex(folder.incarnation()),
                 std::chrono::hours{backup.verified_within_hours}, clock) {}

  /// Spans of what is recorded from now on are sent there; null: none is. It outlives this.
  void trace_into(TraceExport* traces);
  /// Nothing is told of tenants that have ended.
  void forget(const std::set<TenantId>& ended);
  /// Called by the service's main loop.
  void update(const std::vector<actors::FollowerReport>& reports, const Resources& resources = {},
              const actors::HttpPool& pool = {});
  /// Called by the same; from the next update on.
  void set(const gateway::AlertThresholds& thresholds) {
    thresholds_ = thresholds;
    measures_.set(thresholds);
  }
  void stop_accepting() { accepting_ = false; }
  /// A part of the engine failed and is started again.
  void count_failure() { ++failures_; }

  /// A possible opt-out could not be stored. From any thread.
  void note_not_stored(const TenantId& tenant, const ConnectorName& connector,
                       std::string_view reason_code) {
    not_stored_.note(tenant, connector, reason_code, clock_.now());
  }

  std::vector<gateway::ServiceHealth> services() const override;
  std::vector<domain::ConnectorReport> connectors() const override;
  gateway::Throughput throughput(const TenantId& tenant) const override;
  std::vector<gateway::Silence> silences() const override;
  std::vector<gateway::Backlog> backlogs() const override;
  std::vector<gateway::NotStored> opt_outs_not_stored() const override {
    return not_stored_.now(clock_.now());
  }
  std::optional<Timestamp> disk_low_since() const override;
  std::vector<gateway::BadMeasure> bad_measures() const override;
  std::vector<gateway::UnknownKind> unknown_kinds() const override;
  std::optional<gateway::OverdueBackup> overdue_backup() const override {
    return backups_.overdue();
  }
  bool accepting() const override { return accepting_; }
  std::string metrics() const override;
  domain::ServiceProfile profile() const override;
  SlowOperations& slow() { return slow_; }

private:
  void take(const std::vector<actors::FollowerReport>& reports, Timestamp now);
  void read_notes(Timestamp now);
  void take_counts(Timestamp now);
  void take_inputs(const std::vector<actors::FollowerReport>& reports, Timestamp now);
  ConnectorHealth health_of(const domain::ConnectorReport& report, Timestamp now);
  std::optional<gateway::Silence> silence_of(const domain::ConnectorReport& report, Timestamp now);
  void set(const std::string& name, std::string status, std::string detail);

  const storage::OpenLog& folder_;
  storage::LogStore& log_;
  const WallClock& clock_;
  gateway::AlertThresholds thresholds_;
  std::optional<Timestamp> disk_low_;
  SilenceWatch silence_;
  std::atomic<bool> accepting_{true};
  std::atomic<std::uint64_t> failures_{0};
  mutable std::mutex guard_;
  std::map<std::string, gateway::ServiceHealth> services_;
  std::vector<actors::FollowerReport> reports_;
  std::vector<domain::ConnectorReport> connectors_;
  std::map<std::pair<TenantId, ConnectorName>, Timestamp> reported_at_;
  std::map<std::pair<TenantId, ConnectorName>, gateway::OutageNote> notes_;
  Timestamp notes_due_; ///< when they are read again
  std::vector<gateway::Silence> silences_;
  RateWatch rates_;
  BacklogWatch backlog_;
  NotStoredWatch not_stored_;
  SlowOperations slow_;
  LogWatch watch_; ///< of the main loop alone
  std::vector<gateway::UnknownKind> unknown_kinds_;
  std::map<TenantId, gateway::Throughput> throughput_;
  MeasureWatch measures_;
  const Timestamp started_;
  BackupLooker backups_;
  Resources resources_;
  actors::HttpPool pool_;
  TraceExport* traces_ = nullptr;
  domain::MemoryTrend memory_;
};

} // namespace tidemark::app
