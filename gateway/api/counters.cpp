#include "gateway/api/counters.hpp"

#include "base/invariant.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <set>

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

/// What anybody gets without a token: also what OPTIONS is answered.
bool is_of_strangers(std::uint16_t status) {
  return status == 204 || status == 401 || status == 405 || status == 429;
}

/// Why webhooks may be refused; others are added as they come.
constexpr Reason forged_reasons[] = {Reason::missing_signature,    Reason::bad_signature,
                                     Reason::missing_credential,   Reason::bad_credential,
                                     Reason::plain_secret_refused, Reason::bad_secret,
                                     Reason::missing_header,       Reason::bad_id,
                                     Reason::bad_timestamp,        Reason::repeated_header};

/// Families in the order in which they are begun, each with the samples added since.
class Families {
public:
  void begin(const char* name, const char* help,
             prometheus::MetricType type = prometheus::MetricType::Counter) {
    all_.push_back({name, help, type, {}});
  }
  void add(std::uint64_t value, std::vector<prometheus::ClientMetric::Label> labels = {}) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = metric.gauge.value = static_cast<double>(value);
    all_.back().metric.push_back(std::move(metric));
  }
  void add(const AckTimes& times, std::vector<prometheus::ClientMetric::Label> labels) {
    constexpr double microseconds = 1e6;
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    auto& out = metric.histogram;
    for (std::size_t i = 0; i < times.counts.size(); ++i) {
      out.sample_count += times.counts[i].load(std::memory_order_relaxed);
      out.bucket.push_back({out.sample_count, i < AckTimes::ends.size()
                                                  ? AckTimes::ends[i]
                                                  : std::numeric_limits<double>::infinity()});
    }
    out.sample_sum =
        static_cast<double>(times.microseconds.load(std::memory_order_relaxed)) / microseconds;
    all_.back().metric.push_back(std::move(metric));
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(all_); }

private:
  std::vector<prometheus::MetricFamily> all_;
};

} // namespace

Counters::Counters(const std::vector<WebhookSource>& sources, Routes routes)
    : routes_(routes), requests_(routes.size() + 1) {
  know(sources);
}

void Counters::know(const std::vector<WebhookSource>& sources) {
  const std::lock_guard lock(forged_guard_);
  for (auto i = source_names_.size(); i < sources.size(); ++i) {
    TIDEMARK_INVARIANT(i < chunk * chunks_max, "more webhook sources than can be counted");
    if (i % chunk == 0)
      webhooks_[i / chunk] = &chunks_.emplace_back();
    source_names_.emplace_back(sources[i].tenant.value, sources[i].settings.name.value);
    for (const auto reason : forged_reasons)
      forged_[{i, reason}] = 0;
  }
}

void Counters::request(const Route* route, std::uint16_t status) {
  requests_[row_of(route, status)][index_of(status)].fetch_add(1, std::memory_order_relaxed);
}

std::size_t Counters::row_of(const Route* route, std::uint16_t status) const {
  const bool none = !route || (route->right != Right::none && is_of_strangers(status));
  return none ? routes_.size() : static_cast<std::size_t>(route - routes_.data());
}

void Counters::webhook(std::size_t source, WebhookOutcome outcome) {
  of(source).outcomes[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed);
}

void Counters::forged(std::size_t source, Reason reason_code) {
  webhook(source, WebhookOutcome::forged);
  const std::lock_guard lock(forged_guard_);
  ++forged_[{source, reason_code}]; // the codes are the connectors' own: few
}

void AckTimes::note(std::chrono::microseconds took) {
  const auto seconds = std::chrono::duration<double>(took).count();
  const auto bucket = std::ranges::lower_bound(ends, seconds) - ends.begin();
  counts[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  microseconds.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
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
  return of(source).outcomes[static_cast<std::size_t>(outcome)].load(std::memory_order_relaxed);
}

std::string Counters::text() const {
  Families out;
  out.begin("tidemark_http_requests_total", "Answers by route and status");
  std::map<std::pair<std::string_view, std::size_t>, std::uint64_t> by_name; // rows may share one
  std::set<std::string_view> open{"none"}; // to all: every series is there from the start
  for (const auto& route : routes_)
    if (route.right == Right::none)
      open.insert(route.name);
  for (std::size_t r = 0; r < requests_.size(); ++r)
    for (std::size_t s = 0; s <= known_statuses.size(); ++s)
      by_name[{r < routes_.size() ? routes_[r].name : "none", s}] +=
          requests_[r][s].load(std::memory_order_relaxed);
  for (const auto& [key, count] : by_name) {
    const auto [route, s] = key;
    const auto status = s < known_statuses.size() ? std::to_string(known_statuses[s]) : "other";
    if (count > 0 || open.contains(route))
      out.add(count, {{"route", std::string(route)}, {"status", status}});
  }
  out.begin("tidemark_webhooks_total", "Webhooks by connector and outcome");
  {
    const std::lock_guard lock(forged_guard_);
    for (std::size_t i = 0; i < source_names_.size(); ++i)
      for (std::size_t o = 0; o < webhook_outcome_names.size(); ++o)
        out.add(of(i).outcomes[o].load(std::memory_order_relaxed),
                {{"tenant", source_names_[i].first},
                 {"connector", source_names_[i].second},
                 {"outcome", std::string(webhook_outcome_names[o])}});
    out.begin("tidemark_webhook_ack_seconds", "From a webhook's head until it was acknowledged",
              prometheus::MetricType::Histogram);
    for (std::size_t i = 0; i < source_names_.size(); ++i)
      out.add(of(i).acknowledgements,
              {{"tenant", source_names_[i].first}, {"connector", source_names_[i].second}});
    out.begin("tidemark_webhooks_forged_total", "Webhooks that failed verification, by reason");
    for (const auto& [key, count] : forged_)
      out.add(count, {{"tenant", source_names_[key.first].first},
                      {"connector", source_names_[key.first].second},
                      {"reason", std::string(name_of(key.second))}});
  }
  out.begin("tidemark_http_refusals_total", "Requests refused before a route saw them, by reason");
  for (std::size_t i = 1; i < refusal_names.size(); ++i)
    out.add(refusals_[i].load(std::memory_order_relaxed),
            {{"reason", std::string(refusal_names[i])}});
  out.begin("tidemark_http_bytes_total", "Bytes read and written");
  out.add(bytes_in_.load(std::memory_order_relaxed), {{"direction", "in"}});
  out.add(bytes_out_.load(std::memory_order_relaxed), {{"direction", "out"}});
  out.begin("tidemark_http_connections_refused_total", "Connections closed because of a cap");
  out.add(turned_away_.load(std::memory_order_relaxed));
  out.begin("tidemark_http_connections", "Open connections", prometheus::MetricType::Gauge);
  out.add(open_connections());
  return out.text();
}

} // namespace tidemark::gateway
