#include "gateway/queues/queue.hpp"

#include "events/backfill.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/queues/routes.hpp"
#include "gateway/queues/waiting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tidemark::gateway {
namespace {

/// Rates that differ by less than this share of the greater are one.
constexpr double rates_alike = 0.1;

/// Nothing has moved in the last minute, or nothing was measured: that is not known.
std::string_view trend_of(const Queue& queue) {
  const auto rate = queue.rate.value_or(Rate{});
  const double greater = std::max(rate.in, rate.out);
  if (greater <= 0)
    return "";
  const double growth = rate.in - rate.out;
  if (std::abs(growth) < greater * rates_alike)
    return "steady";
  return growth > 0 ? "growing" : "shrinking";
}

/// As the last minute went on; null unless the queue shrinks.
Json seconds_to_drain(const Queue& queue) {
  if (queue.depth == 0)
    return 0;
  if (trend_of(queue) != "shrinking")
    return {};
  return std::llround(static_cast<double>(queue.depth) / (queue.rate->out - queue.rate->in));
}

double age_of(Timestamp since, Timestamp now) {
  constexpr double thousandths = 1000;
  const auto age = std::chrono::duration<double>(now - since).count();
  return std::max(0.0, std::round(age * thousandths) / thousandths);
}

Queue listed(std::string name, const WaitingList& list, std::optional<Rate> rate) {
  Queue out;
  out.name = std::move(name);
  out.depth = list.items.size();
  out.at_least = list.at_least;
  out.rate = rate;
  for (const auto& each : list.items)
    out.oldest = std::min(out.oldest.value_or(each.since), each.since);
  return out;
}

/// The run over the system's list that is under way, if any: since when it was asked for.
Result<Queue> backfill_queue(const storage::LogStore& log, const TenantId& tenant,
                             const ConnectorName& connector) {
  Queue out;
  out.name = "backfill/" + connector.value;
  out.workers = 1;
  TRY(newest, log.newest_tagged(tenant, storage::stream_tag(events::backfill_stream(connector))));
  if (newest == Position{})
    return out;
  TRY(stored, log.at(newest));
  if (!stored || stored->envelope.type == events::BackfillFinished::name)
    return out;
  out.depth = 1;
  TRY(root, log.at(stored->envelope.correlation));
  out.oldest = root ? root->envelope.recorded_at : stored->envelope.recorded_at;
  return out;
}

Queue input_queue(const Throughput& flow) {
  Queue out;
  out.name = "inputs";
  out.depth = flow.undecided;
  out.oldest = flow.oldest_undecided;
  out.rate = flow.inputs;
  out.workers = 1; // reads them; their contacts decide beside one another
  return out;
}

/// Of one tenant: whoever asks, /metrics too.
Result<std::vector<Queue>> queues_of(const ApiContext& api, const TenantId& tenant) {
  const WaitingSources from{api.scan, api.ports.log, tenant, false};
  const auto flow = api.ports.health.throughput(tenant);
  std::vector<Queue> out;
  for (const auto& report : api.ports.health.connectors())
    if (report.tenant == tenant && report.receives)
      out.push_back(delivery_queue(report));
  out.push_back(input_queue(flow));
  TRY(parked, parked_now(from));
  out.push_back(listed("parked", parked, flow.parked));
  TRY(reviews, reviews_now(from));
  out.push_back(listed("reviews", reviews, flow.reviews));
  TRY(held, quarantine_now(from));
  out.push_back(listed("quarantine", held, std::nullopt));
  for (const auto& source : api.options.sources)
    if (source.tenant == tenant && source.connector->list_page) {
      TRY(queue, backfill_queue(api.ports.log, tenant, source.settings.name));
      out.push_back(std::move(queue));
    }
  return out;
}

Result<Json> list_queues(const ApiContext& api) {
  TRY(queues, queues_of(api));
  std::vector<KeyedItem> items;
  for (const auto& queue : queues)
    items.push_back({queue.name, queue_json(queue, api.now())});
  return paged(api, std::move(items));
}

constexpr Route queue_rows[] = {{"queues", "GET", "/api/v1/queues", Right::read, list_queues,
                                 &list_of<queue_schema>, "limit after"}};

} // namespace

Queue delivery_queue(const domain::ConnectorReport& report) {
  Queue out;
  out.name = "delivery/" + report.connector.value;
  out.connector = report.connector;
  out.depth = report.open;
  out.oldest = report.oldest;
  out.rate = Rate{report.rate_in, report.rate_out};
  out.workers = report.workers;
  return out;
}

Result<std::vector<Queue>> queues_of(const ApiContext& api) {
  return queues_of(api, api.tenant());
}

Json queue_json(const Queue& queue, Timestamp now) {
  return {{"name", queue.name},
          {"connector", or_null(queue.connector.value)},
          {"depth", queue.depth},
          {"at_least", queue.at_least},
          {"oldest_age_seconds", queue.oldest ? Json(age_of(*queue.oldest, now)) : Json()},
          {"rate_in", queue.rate ? Json(queue.rate->in) : Json()},
          {"rate_out", queue.rate ? Json(queue.rate->out) : Json()},
          {"trend", or_null(trend_of(queue))},
          {"seconds_to_drain", seconds_to_drain(queue)},
          {"workers", queue.workers}};
}

std::string queue_metrics(const ApiContext& api) {
  std::string depth = "# HELP tidemark_queue_depth What waits in each stage.\n"
                      "# TYPE tidemark_queue_depth gauge\n";
  std::string oldest = "# HELP tidemark_queue_oldest_seconds Age of the oldest that waits.\n"
                       "# TYPE tidemark_queue_oldest_seconds gauge\n";
  for (const auto& tenant : api.options.tenants) {
    const auto queues = queues_of(api, tenant);
    if (!queues)
      return {}; // an absent series is seen; a wrong zero is not
    for (const auto& queue : *queues) {
      const auto labels = fmt::format("{{tenant=\"{}\",queue=\"{}\"}}", tenant.value, queue.name);
      depth += fmt::format("tidemark_queue_depth{} {}\n", labels, queue.depth);
      oldest += fmt::format("tidemark_queue_oldest_seconds{} {}\n", labels,
                            queue.oldest ? age_of(*queue.oldest, api.now()) : 0.0);
    }
  }
  return depth + oldest;
}

constinit const Routes queue_routes = queue_rows;

} // namespace tidemark::gateway
