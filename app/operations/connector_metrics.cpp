#include "app/operations/connector_metrics.hpp"

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

/// Each doubling of the time is a bucket.
std::string request_times(const std::vector<ConnectorReport>& reports) {
  constexpr std::size_t step = 8;
  constexpr double milliseconds_per_second = 1000;
  std::string out = "# HELP tidemark_vendor_request_seconds Requests to systems, by time taken.\n"
                    "# TYPE tidemark_vendor_request_seconds histogram\n";
  for (const auto& report : reports) {
    const auto labels =
        fmt::format("tenant=\"{}\",connector=\"{}\"", report.tenant.value, report.connector.value);
    const auto& counts = report.requests;
    std::uint64_t so_far = 0;
    for (std::size_t bucket = 0; bucket < counts.took.size(); ++bucket) {
      so_far += counts.took[bucket];
      if (bucket % step == 0)
        out += fmt::format("tidemark_vendor_request_seconds_bucket{{{},le=\"{}\"}} {}\n", labels,
                           static_cast<double>(std::uint64_t{1} << (bucket / step))
                               / milliseconds_per_second,
                           so_far);
    }
    out += fmt::format("tidemark_vendor_request_seconds_bucket{{{0},le=\"+Inf\"}} {1}\n"
                       "tidemark_vendor_request_seconds_count{{{0}}} {1}\n"
                       "tidemark_vendor_request_seconds_sum{{{0}}} {2}\n",
                       labels, counts.ended,
                       static_cast<double>(counts.milliseconds) / milliseconds_per_second);
  }
  out += "# HELP tidemark_vendor_failures_total Requests without an answer, or with an error.\n"
         "# TYPE tidemark_vendor_failures_total counter\n";
  for (const auto& report : reports)
    out += fmt::format("tidemark_vendor_failures_total{{tenant=\"{}\",connector=\"{}\"}} {}\n",
                       report.tenant.value, report.connector.value, report.requests.failed);
  return out;
}

} // namespace

std::string connector_metrics(const std::vector<ConnectorReport>& reports, Timestamp now) {
  std::string out;
  for (const auto& gauge : gauges) {
    out += fmt::format("# HELP {} {}\n# TYPE {} gauge\n", gauge.name, gauge.help, gauge.name);
    for (const auto& report : reports)
      if (const auto value = gauge.value(report, now))
        out += fmt::format("{}{{tenant=\"{}\",connector=\"{}\"}} {}\n", gauge.name,
                           report.tenant.value, report.connector.value, *value);
  }
  return out + request_times(reports);
}

} // namespace tidemark::app
