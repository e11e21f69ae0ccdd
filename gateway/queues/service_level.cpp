#include "gateway/api/json.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/queues/routes.hpp"

// How long it takes until a system has what follows from an input (requirement H16).

namespace tidemark::gateway {
namespace {

constexpr Schema level_schema{
    "level",
    {{integer("under_10_s"), integer("from_10_s_to_2_min"), integer("from_2_min_to_5_min"),
      integer("over_5_min"), integer("all")}}};
constexpr Schema service_level_schema{
    "service_level",
    {{text("connector"), time("since"), object("since_start", level_schema),
      object("day", level_schema)}}};

Json level_json(const domain::ServiceLevel& level) {
  const auto& counts = level.counts;
  return {{"under_10_s", counts[0]},
          {"from_10_s_to_2_min", counts[1]},
          {"from_2_min_to_5_min", counts[2]},
          {"over_5_min", counts[3]},
          {"all", level.all()}};
}

/// Also of systems to which nothing went yet.
Result<Json> list_service_level(const ApiContext& api) {
  const auto flow = api.ports.health.throughput(api.tenant());
  std::vector<KeyedItem> items;
  for (const auto& report : api.ports.health.connectors()) {
    if (report.tenant != api.tenant() || !report.receives)
      continue;
    const auto found = flow.counted.targets.find(report.connector);
    const auto target = found == flow.counted.targets.end() ? domain::TargetFlow{} : found->second;
    items.push_back({report.connector.value,
                     {{"connector", report.connector.value},
                      {"since", to_rfc3339(flow.since)},
                      {"since_start", level_json(target.level)},
                      {"day", level_json(target.recent.of_day(api.now()))}}});
  }
  return paged(api, std::move(items));
}

constexpr Route service_level_rows[] = {{"sla", "GET", "/api/v1/sla", Right::read,
                                         list_service_level, &list_of<service_level_schema>,
                                         "limit after"}};

} // namespace

constinit const Routes service_level_routes = service_level_rows;

} // namespace tidemark::gateway
