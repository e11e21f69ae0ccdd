#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/schema.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tidemark::gateway {

/// One place in which work waits. No personal data.
struct Queue {
  std::string name;        ///< delivery/CONNECTOR, inputs, parked, reviews, quarantine ...
  ConnectorName connector; ///< that is delivered to; "" of other stages
  std::uint64_t depth = 0;
  bool at_least = false; ///< there are more than were counted
  std::optional<Timestamp> oldest{};
  std::optional<Rate> rate{}; ///< nothing: it is not measured
  std::uint64_t workers = 0;  ///< that work on it at once; 0: people do
};

/// What waits to be delivered to one system.
Queue delivery_queue(const domain::ConnectorReport& report);
/// All of the caller's tenant. Errors: of the tables and of the log.
Result<std::vector<Queue>> queues_of(const ApiContext& api);
Json queue_json(const Queue& queue, Timestamp now);

/// What /metrics says of the queues of every tenant; "" when they cannot be read.
std::string queue_metrics(const ApiContext& api);

inline constexpr Schema queue_schema{
    "queue",
    {{text("name"), nullable(text("connector")), integer("depth"), boolean("at_least"),
      nullable(number("oldest_age_seconds")), nullable(number("rate_in")),
      nullable(number("rate_out")), nullable(text("trend")), nullable(integer("seconds_to_drain")),
      integer("workers")}}};

} // namespace tidemark::gateway
