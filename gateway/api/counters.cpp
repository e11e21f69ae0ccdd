#include "gateway/api/counters.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace tidemark::gateway {
namespace {

constexpr std::array<std::uint16_t, 23> known_statuses{200, 204, 400, 401, 403, 404, 405, 406,
                                                       408, 409, 410, 413, 415, 417, 422, 429,
                                                       431, 500, 501, 502, 503, 504, 505};

std::size_t index_of(std::uint16_t status) {
  for (std::size_t i = 0; i < known_statuses.size(); ++i)
    if (known_statuses[i] == status)
      return i;
  return known_statuses.size(); // "other"
}

prometheus::MetricFamily family(std::string name, std::string help, prometheus::MetricType type) {
  return {std::move(name), std::move(help), type, {}};
}

void add(prometheus::MetricFamily& to, std::uint64_t value,
         std::vector<prometheus::ClientMetric::Label> labels) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  if (to.type == prometheus::MetricType::Gauge)
    metric.gauge.value = static_cast<double>(value);
  else
    metric.counter.value = static_cast<double>(value);
  to.metric.push_back(std::move(metric));
}

} // namespace

Counters::Counters(const std::vector<WebhookSource>& sources) : webhooks_(sources.size()) {
  for (const auto& source : sources)
    source_names_.emplace_back(source.tenant.value, source.settings.name.value);
}

void Counters::request(RouteId route, std::uint16_t status) {
  requests_[static_cast<std::size_t>(route)][index_of(status)].fetch_add(1,
                                                                         std::memory_order_relaxed);
}

void Counters::webhook(std::size_t source, WebhookOutcome outcome) {
  webhooks_[source][static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed);
}

void Counters::forged(std::size_t source, const std::string& reason_code) {
  webhook(source, WebhookOutcome::forged);
  const std::lock_guard lock(forged_guard_);
  ++forged_[{source, reason_code}]; // the codes are the connectors' own: few
}

void Counters::refused(Refusal refusal) {
  refusals_[static_cast<std::size_t>(refusal)].fetch_add(1, std::memory_order_relaxed);
}

void Counters::bytes(std::size_t in, std::size_t out) {
  bytes_in_.fetch_add(in, std::memory_order_relaxed);
  bytes_out_.fetch_add(out, std::memory_order_relaxed);
}

std::uint64_t Counters::refusals(Refusal refusal) const {
  return refusals_[static_cast<std::size_t>(refusal)].load(std::memory_order_relaxed);
}

std::uint64_t Counters::webhooks(std::size_t source, WebhookOutcome outcome) const {
  return webhooks_[source][static_cast<std::size_t>(outcome)].load(std::memory_order_relaxed);
}

std::string Counters::text() const {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> families;
  auto requests =
      family("tidemark_http_requests_total", "Answers by route and status", MetricType::Counter);
  for (std::size_t r = 0; r < route_count; ++r)
    for (std::size_t s = 0; s <= known_statuses.size(); ++s)
      if (const auto count = requests_[r][s].load(std::memory_order_relaxed); count > 0)
        add(requests, count,
            {{"route", std::string(name_of(static_cast<RouteId>(r)))},
             {"status", s < known_statuses.size() ? std::to_string(known_statuses[s]) : "other"}});
  auto webhooks =
      family("tidemark_webhooks_total", "Webhooks by connector and outcome", MetricType::Counter);
  for (std::size_t i = 0; i < webhooks_.size(); ++i)
    for (std::size_t o = 0; o < webhook_outcome_names.size(); ++o)
      add(webhooks, webhooks_[i][o].load(std::memory_order_relaxed),
          {{"tenant", source_names_[i].first},
           {"connector", source_names_[i].second},
           {"outcome", std::string(webhook_outcome_names[o])}});
  auto forged = family("tidemark_webhooks_forged_total",
                       "Webhooks that failed verification, by reason", MetricType::Counter);
  {
    const std::lock_guard lock(forged_guard_);
    for (const auto& [key, count] : forged_)
      add(forged, count,
          {{"tenant", source_names_[key.first].first},
           {"connector", source_names_[key.first].second},
           {"reason", key.second}});
  }
  auto refusals =
      family("tidemark_http_refusals_total", "Requests refused before a route saw them, by reason",
             MetricType::Counter);
  for (std::size_t i = 1; i < refusal_names.size(); ++i)
    add(refusals, refusals_[i].load(std::memory_order_relaxed),
        {{"reason", std::string(refusal_names[i])}});
  auto bytes = family("tidemark_http_bytes_total", "Bytes read and written", MetricType::Counter);
  add(bytes, bytes_in_.load(std::memory_order_relaxed), {{"direction", "in"}});
  add(bytes, bytes_out_.load(std::memory_order_relaxed), {{"direction", "out"}});
  auto turned_away = family("tidemark_http_connections_refused_total",
                            "Connections closed because of a cap", MetricType::Counter);
  add(turned_away, turned_away_.load(std::memory_order_relaxed), {});
  auto open = family("tidemark_http_connections", "Open connections", MetricType::Gauge);
  add(open, open_connections(), {});
  for (auto* each : {&requests, &webhooks, &forged, &refusals, &bytes, &turned_away, &open})
    families.push_back(std::move(*each));
  return prometheus::TextSerializer().Serialize(families);
}

} // namespace tidemark::gateway
