#include "app/health_probe.hpp"

#include <fmt/format.h>

namespace tidemark::app {
namespace {

constexpr std::uint64_t failures_until_disconnected = 5;
constexpr std::string_view delivery_mark = "/delivery/";
constexpr std::string_view interpreter_end = "/interpreter";

} // namespace

void HealthProbe::set(const std::string& name, std::string status, std::string detail) {
  auto& service = services_[name];
  if (service.status != status)
    service.since = clock_.now();
  service.name = name;
  service.status = std::move(status);
  service.detail = std::move(detail);
}

void HealthProbe::update(const std::vector<actors::FollowerReport>& reports) {
  silence_.read_on();
  const auto now = clock_.now();
  const std::lock_guard lock(guard_);
  reports_ = reports;
  const auto level = folder_.disk_level();
  const bool low = level != storage::DiskLevel::plenty;
  set("log", low ? "degraded" : "connected",
      fmt::format("{} events{}", log_.durable().value, low ? "; the disk is nearly full" : ""));
  set("tables", reports.empty() ? "degraded" : "connected",
      reports.empty() ? "the engine did not answer in time" : "");
  for (const auto& report : reports) {
    const auto at = report.name.find(delivery_mark);
    if (at == std::string::npos)
      continue;
    const auto* status = report.failures == 0                            ? "connected"
                         : report.failures < failures_until_disconnected ? "degraded"
                                                                         : "disconnected";
    const auto connector = report.name.substr(at + delivery_mark.size());
    auto detail = fmt::format("{} deliveries open, {} requests out, {} failures in a row",
                              report.waiting, report.busy, report.failures);
    if (const auto silent = silence_.silent_for(connector, now)) {
      detail += fmt::format("; no webhook for {} minutes while deliveries to it succeed: check the "
                            "webhook subscription there, then run tidemark reconcile",
                            silent->count() / 60);
      if (report.failures == 0)
        status = "degraded";
    }
    set(connector, status, std::move(detail));
  }
}

std::vector<gateway::ServiceHealth> HealthProbe::services() const {
  const std::lock_guard lock(guard_);
  std::vector<gateway::ServiceHealth> out;
  for (const auto& [name, service] : services_)
    out.push_back(service);
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
  return out;
}

} // namespace tidemark::app
