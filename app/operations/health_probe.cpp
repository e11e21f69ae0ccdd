#include "app/operations/health_probe.hpp"

#include "app/metrics/connector_metrics.hpp"
#include "app/metrics/flow_metrics.hpp"
#include "app/metrics/service_metrics.hpp"
#include "app/operations/connector_health.hpp"
#include "app/watches/thread_times.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

namespace tidemark::app {
namespace {

constexpr std::string_view interpreter_end = "/interpreter";

/// Is the one worse off than the other?
bool is_worse(const ConnectorHealth& a, const ConnectorHealth& b) {
  constexpr std::array<std::string_view, 4> rising{"connected", "unknown", "degraded",
                                                   "disconnected"};
  const auto rank = [&](const ConnectorHealth& one) {
    return std::pair(std::ranges::find(rising, one.status), one.is_overdue);
  };
  return rank(a) > rank(b);
}

} // namespace

void HealthProbe::set(const std::string& name, std::string status, std::string detail) {
  auto& service = services_[name];
  if (service.status != status)
    service.since = clock_.now();
  service.name = name;
  service.status = std::move(status);
  service.detail = std::move(detail);
}

/// What cannot be read now stays as it was read; the log's own state tells of it.
void HealthProbe::read_notes(Timestamp now) {
  constexpr std::chrono::seconds between_reads{5}; // each is a look into the log for each connector
  if (now < notes_due_)
    return;
  notes_due_ = now + between_reads;
  for (const auto& report : connectors_) {
    const auto note = gateway::read_outage_note(log_, report.tenant, report.connector);
    if (note && *note)
      notes_.insert_or_assign({report.tenant, report.connector}, **note);
    else if (note)
      notes_.erase({report.tenant, report.connector});
  }
}

/// A connector that does not report keeps its last one: it was not taken out of the configuration.
void HealthProbe::take(const std::vector<actors::FollowerReport>& reports, Timestamp now) {
  for (const auto& each : reports) {
    if (!each.connector)
      continue;
    reported_at_[{each.connector->tenant, each.connector->connector}] = now;
    const auto known = std::ranges::find_if(connectors_, [&](const auto& one) {
      return one.tenant == each.connector->tenant && one.connector == each.connector->connector;
    });
    if (known == connectors_.end())
      connectors_.push_back(*each.connector);
    else
      *known = *each.connector;
  }
}

/// What the log says of how everything goes through.
void HealthProbe::take_counts(Timestamp now) {
  for (const auto& [tenant, counted] : watch_.flows().tenants()) {
    auto& going = throughput_[tenant];
    going.since = started_;
    going.counted = counted;
    going.parked = rates_.note(tenant, "parked/", counted.parked, now);
    going.reviews = rates_.note(tenant, "reviews/", counted.reviews, now);
  }
}

/// What waits to be decided.
void HealthProbe::take_inputs(const std::vector<actors::FollowerReport>& reports, Timestamp now) {
  for (const auto& report : reports) {
    if (!report.name.ends_with(interpreter_end))
      continue;
    const TenantId tenant(report.name.substr(0, report.name.size() - interpreter_end.size()));
    auto& going = throughput_[tenant];
    going.since = started_;
    going.undecided = report.waiting + report.busy;
    going.oldest_position = {};
    going.oldest_undecided.reset();
    if (going.undecided > 0) {
      going.oldest_position = Position{report.position.value + 1};
      going.oldest_undecided = watch_.recorded_at(going.oldest_position);
    }
    const auto decided = going.counted.decision.all;
    going.inputs = rates_.note(tenant, "inputs/", {decided + going.undecided, decided}, now);
  }
}

/// The last word of a part that does not report any more is none.
ConnectorHealth HealthProbe::health_of(const domain::ConnectorReport& report, Timestamp now) {
  auto& at = reported_at_[{report.tenant, report.connector}];
  at = std::min(at, now); // where the clock was set back, it counts from there
  if (now - at <= domain::reached_lasts)
    return connector_health(report, now, silence_.last_webhook(report.tenant, report.connector));
  return {"unknown",
          "the part of the engine that sends to it has not reported since " + to_rfc3339(at), true};
}

/// By the limit that is configured for the connector, else for all, else by how often they come.
std::optional<gateway::Silence> HealthProbe::silence_of(const domain::ConnectorReport& report,
                                                        Timestamp now) {
  const auto own = thresholds_.silence_of.find({report.tenant, report.connector});
  const auto limit = own == thresholds_.silence_of.end() ? thresholds_.silence : own->second;
  const auto since =
      limit.count() > 0
          ? silence_.silent_for(limit, report.tenant, report.connector, now)
          : silence_.silent_since(report.tenant, report.connector, now, !report.receives);
  if (!since)
    return std::nullopt;
  return gateway::Silence{report.tenant, report.connector, *since, !report.receives, limit};
}

void HealthProbe::trace_into(TraceExport* traces) {
  traces_ = traces;
  if (traces)
    watch_.trace_into(
        [traces](std::vector<domain::Span> spans) { traces->take(std::move(spans)); });
}

void HealthProbe::forget(const std::set<TenantId>& ended) {
  const std::lock_guard lock(guard_);
  std::erase_if(connectors_, [&](const auto& report) { return ended.contains(report.tenant); });
  std::erase_if(notes_, [&](const auto& one) { return ended.contains(one.first.first); });
  std::erase_if(throughput_, [&](const auto& one) { return ended.contains(one.first); });
}

void HealthProbe::update(const std::vector<actors::FollowerReport>& reports,
                         const Resources& resources, const actors::HttpPool& pool) {
  silence_.read_on();
  watch_.read_on();
  const auto now = clock_.now();
  const std::lock_guard lock(guard_);
  unknown_kinds_ = watch_.kinds().seen(now, thresholds_.unknown_kinds);
  resources_ = resources;
  pool_ = pool;
  memory_.note(now, resources.memory_used);
  reports_ = reports;
  const auto level = folder_.disk_level();
  const bool low = level != storage::DiskLevel::plenty;
  disk_low_ = low ? disk_low_.value_or(now) : std::optional<Timestamp>();
  set("log", low ? "degraded" : "connected",
      fmt::format("{} events{}", log_.durable().value, low ? "; the disk is nearly full" : ""));
  set("tables", reports.empty() ? "degraded" : "connected",
      reports.empty() ? "the engine did not answer in time" : "");
  take(reports, now);
  take_counts(now);
  if (!reports.empty()) { // else what waits is not known anew
    rates_.note(connectors_, now);
    backlog_.note(reports, now, thresholds_.many);
    take_inputs(reports, now);
  }
  measures_.note(connectors_, resources, now);
  read_notes(now);
  silences_.clear();
  const bool several = std::ranges::any_of(
      connectors_, [&](const auto& report) { return report.tenant != connectors_.front().tenant; });
  std::map<std::string, ConnectorHealth> worst; // tenants may call their connectors alike
  for (const auto& report : connectors_) {
    auto health = health_of(report, now);
    if (const auto silence = silence_of(report, now)) {
      silences_.push_back(*silence);
      const bool measured = silence->configured.count() == 0;
      health.detail += fmt::format(
          "; no webhook for {} minutes{}: check the webhook subscription there, then "
          "run tidemark reconcile",
          std::chrono::floor<std::chrono::minutes>(now - silence->since).count(),
          measured && !silence->only_listened_to ? " while deliveries to it succeed" : "");
      if (health.status != "disconnected")
        health.status = "degraded";
    }
    if (const auto note = notes_.find({report.tenant, report.connector}); note != notes_.end())
      health.detail += "; " + outage_note_words(note->second, now);
    if (several)
      health.detail = report.tenant.value + ": " + health.detail;
    const auto [known, is_new] = worst.emplace(report.connector.value, health);
    if (!is_new && is_worse(health, known->second))
      known->second = std::move(health);
  }
  for (auto& [name, health] : worst) {
    set(name, std::move(health.status), std::move(health.detail));
    auto& service = services_[name];
    if (std::exchange(service.is_overdue, health.is_overdue) != health.is_overdue)
      service.since = now;
  }
}

std::vector<domain::ConnectorReport> HealthProbe::connectors() const {
  const std::lock_guard lock(guard_);
  return connectors_;
}

gateway::Throughput HealthProbe::throughput(const TenantId& tenant) const {
  const std::lock_guard lock(guard_);
  const auto found = throughput_.find(tenant);
  return found == throughput_.end() ? gateway::Throughput{.since = started_} : found->second;
}

std::vector<gateway::Silence> HealthProbe::silences() const {
  const std::lock_guard lock(guard_);
  return silences_;
}

std::vector<gateway::Backlog> HealthProbe::backlogs() const {
  const std::lock_guard lock(guard_);
  return backlog_.backlogs();
}

std::optional<Timestamp> HealthProbe::disk_low_since() const {
  const std::lock_guard lock(guard_);
  return disk_low_;
}

std::vector<gateway::BadMeasure> HealthProbe::bad_measures() const {
  const std::lock_guard lock(guard_);
  return measures_.bad();
}

std::vector<gateway::UnknownKind> HealthProbe::unknown_kinds() const {
  const std::lock_guard lock(guard_);
  return unknown_kinds_;
}

std::vector<gateway::ServiceHealth> HealthProbe::services() const {
  const std::lock_guard lock(guard_);
  std::vector<gateway::ServiceHealth> out;
  for (const auto& [name, service] : services_)
    out.push_back(service);
  return out;
}

domain::ServiceProfile HealthProbe::profile() const {
  constexpr double milliseconds = 1000;
  domain::ServiceProfile out;
  out.process_id = ::getpid();
  out.processors = std::thread::hardware_concurrency();
  const auto process = process_figures();
  out.resident = process.resident_bytes;
  out.milliseconds = static_cast<std::uint64_t>(process.cpu_seconds * milliseconds);
  out.threads = thread_times();
  for (const auto& db : folder_.figures())
    out.databases.push_back({db.name, db.block_cache_bytes, db.block_cache_max, db.memtable_bytes});
  const std::lock_guard lock(guard_);
  out.limit = resources_.memory_limit;
  out.memory = memory_.report();
  out.followers = reports_.size();
  for (const auto& report : reports_) {
    out.contacts_awake += report.awake;
    out.inputs_waiting += report.name.ends_with(interpreter_end) ? report.waiting : 0;
    out.deliveries_open += report.connector ? report.connector->open : 0;
  }
  return out;
}

std::string HealthProbe::metrics() const {
  std::string out =
      fmt::format("# HELP tidemark_log_position Newest durable position of the log.\n"
                  "# TYPE tidemark_log_position gauge\ntidemark_log_position {}\n"
                  "# HELP tidemark_actor_failures_total Followers and contacts that failed.\n"
                  "# TYPE tidemark_actor_failures_total counter\ntidemark_actor_failures_total {}\n"
                  "# HELP tidemark_follower_lag Events a follower has yet to settle.\n"
                  "# TYPE tidemark_follower_lag gauge\n",
                  log_.durable().value, failures_.load());
  const std::lock_guard lock(guard_);
  const auto durable = log_.durable().value;
  for (const auto& report : reports_)
    out += fmt::format("tidemark_follower_lag{{follower=\"{}\"}} {}\n", report.name,
                       durable - std::min(durable, report.position.value));
  out += "# HELP tidemark_follower_waiting Inputs or deliveries that wait.\n"
         "# TYPE tidemark_follower_waiting gauge\n";
  for (const auto& report : reports_)
    out += fmt::format("tidemark_follower_waiting{{follower=\"{}\"}} {}\n", report.name,
                       report.waiting);
  out += "# HELP tidemark_contacts_awake Contacts that are in memory.\n"
         "# TYPE tidemark_contacts_awake gauge\n";
  for (const auto& report : reports_)
    if (report.name.ends_with(interpreter_end))
      out +=
          fmt::format("tidemark_contacts_awake{{follower=\"{}\"}} {}\n", report.name, report.awake);
  out += fmt::format("# HELP tidemark_memory_bytes Memory that the process uses.\n"
                     "# TYPE tidemark_memory_bytes gauge\ntidemark_memory_bytes {}\n"
                     "# HELP tidemark_disk_free_percent Free of the data folder's disk.\n"
                     "# TYPE tidemark_disk_free_percent gauge\ntidemark_disk_free_percent {}\n",
                     resources_.memory_used, resources_.disk_free_percent);
  return out + slow_.metrics() + connector_metrics(connectors_, clock_.now())
         + flow_metrics(throughput_, connectors_) + process_metrics(process_figures())
         + pool_metrics(pool_) + db_metrics(folder_.figures())
         + (traces_ ? traces_->metrics() : std::string());
}

} // namespace tidemark::app
