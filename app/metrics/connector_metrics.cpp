#include "app/metrics/connector_metrics.hpp"

#include <fmt/format.h>

namespace tidemark::app {
namespace {

using domain::ConnectorReport;

struct Gauge {
  const char* name;
  const char* help;
  /// Nothing: this connector has no such value.
  std::optional<double> (*value)(const ConnectorReport&, Timestamp now);
};

double yes(bool value) {
  return value ? 1 : 0;
}
std::optional<double> given(bool there, std::uint64_t value) {
  return there ? std::optional(static_cast<double>(value)) : std::nullopt;
}

constexpr Gauge gauges[] = {
    {"tidemark_deliveries_open", "Deliveries without their end.",
     [](const ConnectorReport& r, Timestamp) { return given(true, r.open); }},
    {"tidemark_opt_outs_open", "Opt-outs that the system does not have yet.",
     [](const ConnectorReport& r, Timestamp) { return given(true, r.open_opt_outs); }},
    {"tidemark_oldest_delivery_seconds", "Age of the oldest delivery without its end.",
     [](const ConnectorReport& r, Timestamp now) {
       return std::optional(
           r.oldest ? std::max(0.0, std::chrono::duration<double>(now - *r.oldest).count()) : 0.0);
     }},
    {"tidemark_circuit_open", "1 while only probes go out, 0 else.",
     [](const ConnectorReport& r, Timestamp) {
       return std::optional(yes(r.circuit != domain::CircuitState::closed));
     }},
    {"tidemark_connector_paused", "1 while an operator holds deliveries back, 0 else.",
     [](const ConnectorReport& r, Timestamp) { return std::optional(yes(r.pause.has_value())); }},
    {"tidemark_sending_percent", "How much of what may be sent goes out, while sending is resumed.",
     [](const ConnectorReport& r, Timestamp) { return std::optional<double>(r.percent); }},
    {"tidemark_requests_out", "Requests to the system that are not answered yet.",
     [](const ConnectorReport& r, Timestamp) { return given(r.receives, r.requests_out); }},
    {"tidemark_requests_out_max", "So many may be out at once.",
     [](const ConnectorReport& r, Timestamp) { return given(r.receives, r.workers); }},
    {"tidemark_rate_limit", "Requests in a window, as the system states.",
     [](const ConnectorReport& r, Timestamp) {
       return given(r.budget.stated.limit.has_value(), r.budget.stated.limit.value_or(0));
     }},
    {"tidemark_rate_limit_left", "Requests left in the window.",
     [](const ConnectorReport& r, Timestamp) {
       return given(r.budget.stated.limit.has_value(), r.budget.left);
     }},
    {"tidemark_daily_limit", "Requests a day, as the system states.",
     [](const ConnectorReport& r, Timestamp) {
       return given(r.budget.stated.day_limit.has_value(), r.budget.stated.day_limit.value_or(0));
     }},
    {"tidemark_daily_limit_left", "Requests left of the day.",
     [](const ConnectorReport& r, Timestamp) {
       return given(r.budget.stated.day_remaining.has_value(), r.budget.day_left);
     }},
    {"tidemark_account_connected", "1 with a token that may be used, 0 without.",
     [](const ConnectorReport& r, Timestamp) {
       return r.account ? std::optional(yes(r.account->state == domain::AccountState::connected))
                        : std::nullopt;
     }},
    {"tidemark_token_expires_seconds", "Until the access token ends; negative afterwards.",
     [](const ConnectorReport& r, Timestamp now) {
       return r.account && r.account->expires_at ? std::optional(
                  std::chrono::duration<double>(*r.account->expires_at - now).count())
                                                 : std::nullopt;
     }},
};

std::string labels_of(const ConnectorReport& report) {
  return fmt::format("tenant=\"{}\",connector=\"{}\"", report.tenant.value, report.connector.value);
}

/// From 64 ms on each fourfold of the time is a bucket, up to 16 s.
std::string histogram(std::string_view name, const std::string& labels,
                      const domain::RequestCounts& counts) {
  constexpr std::size_t doubling = 8, step = 2 * doubling, first = 6 * doubling,
                        last = 14 * doubling;
  constexpr double milliseconds_per_second = 1000;
  std::string out;
  std::uint64_t so_far = 0;
  for (std::size_t bucket = 0; bucket < counts.took.size(); ++bucket) {
    so_far += counts.took[bucket];
    if (bucket >= first && bucket <= last && (bucket - first) % step == 0)
      out += fmt::format("{}_bucket{{{},le=\"{}\"}} {}\n", name, labels,
                         static_cast<double>(std::uint64_t{1} << (bucket / doubling))
                             / milliseconds_per_second,
                         so_far);
  }
  return out
         + fmt::format("{0}_bucket{{{1},le=\"+Inf\"}} {2}\n"
                       "{0}_count{{{1}}} {2}\n"
                       "{0}_sum{{{1}}} {3}\n",
                       name, labels, counts.ended,
                       static_cast<double>(counts.milliseconds) / milliseconds_per_second);
}

std::string request_times(const std::vector<ConnectorReport>& reports) {
  std::string out = "# HELP tidemark_vendor_request_seconds Requests to systems, by time taken.\n"
                    "# TYPE tidemark_vendor_request_seconds histogram\n";
  for (const auto& report : reports)
    out += histogram("tidemark_vendor_request_seconds", labels_of(report), report.requests);
  out += "# HELP tidemark_vendor_operation_seconds The same for each operation, with lists and "
         "probes.\n"
         "# TYPE tidemark_vendor_operation_seconds histogram\n";
  for (const auto& report : reports)
    for (const auto& [operation, counts] : report.operations.by_name)
      out += histogram("tidemark_vendor_operation_seconds",
                       fmt::format("{},operation=\"{}\"", labels_of(report), operation), counts);
  out += "# HELP tidemark_vendor_failures_total Requests without an answer, or with an error.\n"
         "# TYPE tidemark_vendor_failures_total counter\n";
  for (const auto& report : reports)
    out += fmt::format("tidemark_vendor_failures_total{{{}}} {}\n", labels_of(report),
                       report.requests.failed);
  return out;
}

} // namespace

std::string connector_metrics(const std::vector<ConnectorReport>& reports, Timestamp now) {
  std::string out;
  for (const auto& gauge : gauges) {
    out += fmt::format("# HELP {} {}\n# TYPE {} gauge\n", gauge.name, gauge.help, gauge.name);
    for (const auto& report : reports)
      if (const auto value = gauge.value(report, now))
        out += fmt::format("{}{{{}}} {}\n", gauge.name, labels_of(report), *value);
  }
  return out + request_times(reports);
}

} // namespace tidemark::app
