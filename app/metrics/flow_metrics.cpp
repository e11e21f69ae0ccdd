#include "app/metrics/flow_metrics.hpp"

#include "app/metrics/metric_text.hpp"

namespace tidemark::app {
namespace {

using domain::Durations;
using domain::TargetFlow;
/// Also of those systems to which nothing went yet: a series that is always there can be compared.
using Targets = std::vector<std::pair<std::string, TargetFlow>>; ///< labels and figures

std::string buckets(std::string_view name, const std::string& labels, const Durations& took) {
  constexpr double milliseconds = 1000;
  std::string out;
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < Durations::ends.size(); ++i) {
    so_far += took.counts[i];
    out += fmt::format("{}_bucket{{{},le=\"{}\"}} {}\n", name, labels,
                       static_cast<double>(Durations::ends[i]) / milliseconds, so_far);
  }
  return out
         + fmt::format("{0}_bucket{{{1},le=\"+Inf\"}} {2}\n{0}_sum{{{1}}} {3}\n"
                       "{0}_count{{{1}}} {2}\n",
                       name, labels, took.all, took.seconds);
}

std::string of_targets(std::string_view name, std::string_view help, const Targets& targets,
                       Durations TargetFlow::*durations) {
  auto out = family(name, "histogram", help);
  for (const auto& [labels, flow] : targets)
    out += buckets(name, labels, flow.*durations);
  return out;
}

std::string ends_of(const Targets& targets) {
  constexpr std::string_view name = "tidemark_deliveries_ended_total";
  auto out = family(name, "counter", "Deliveries that have their end, by what became of them.");
  for (const auto& [labels, flow] : targets)
    for (std::size_t i = 0; i < flow.ended.size(); ++i)
      out += fmt::format("{}{{{},outcome=\"{}\"}} {}\n", name, labels,
                         domain::delivery_end_names[i], flow.ended[i]);
  return out;
}

Targets targets_of(const std::map<TenantId, gateway::Throughput>& flows,
                   const std::vector<domain::ConnectorReport>& reports) {
  Targets out;
  for (const auto& report : reports) {
    if (!report.receives)
      continue;
    auto& one = out.emplace_back();
    one.first =
        fmt::format("tenant=\"{}\",connector=\"{}\"", report.tenant.value, report.connector.value);
    if (const auto tenant = flows.find(report.tenant); tenant != flows.end())
      if (const auto flow = tenant->second.counted.targets.find(report.connector);
          flow != tenant->second.counted.targets.end())
        one.second = flow->second;
  }
  return out;
}

} // namespace

std::string flow_metrics(const std::map<TenantId, gateway::Throughput>& flows,
                         const std::vector<domain::ConnectorReport>& reports) {
  constexpr std::string_view decision = "tidemark_decision_seconds";
  auto out = family(decision, "histogram", "From a recorded input until all of it is decided.");
  std::map<TenantId, Durations> decisions;
  for (const auto& report : reports)
    decisions[report.tenant];
  for (const auto& [tenant, flow] : flows)
    decisions[tenant] = flow.counted.decision;
  for (const auto& [tenant, took] : decisions)
    out += buckets(decision, fmt::format("tenant=\"{}\"", tenant.value), took);
  const auto targets = targets_of(flows, reports);
  return out
         + of_targets("tidemark_delivery_seconds",
                      "From an intended delivery until it was confirmed, refused or given up.",
                      targets, &TargetFlow::delivery)
         + of_targets("tidemark_arrival_seconds",
                      "From a recorded input until the system has what follows from it.", targets,
                      &TargetFlow::arrival)
         + of_targets("tidemark_opt_out_confirmation_seconds",
                      "From a recorded input with an opt-out until the system confirmed it.",
                      targets, &TargetFlow::opt_out)
         + ends_of(targets);
}

} // namespace tidemark::app
