#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/upkeep/routes.hpp"

// What the service's own log writes, of the whole installation.

namespace tidemark::gateway {
namespace {

constexpr std::int64_t level_seconds_max = 7 * 24 * 3600;

constexpr Schema part_level_schema{
    "log_level",
    {{text("part"), text("level"), boolean("as_configured"), nullable(time("until"))}}};
constexpr Schema log_levels_schema{"log_levels", {{list("items", part_level_schema)}}};

Result<LogLevelPort*> log_levels_of(const ApiContext& api) {
  if (!api.ports.log_levels)
    return Error{"not_found", "this service has no log of its own"};
  return api.ports.log_levels;
}

Result<Json> show_log_levels(const ApiContext& api) {
  TRY(port, log_levels_of(api));
  return Json{{"items", array_json(port->levels(), [](const auto& one) {
                 return Json{{"part", one.part},
                             {"level", one.level},
                             {"as_configured", one.as_configured},
                             {"until", or_null(one.until)}};
               })}};
}

Result<std::optional<Timestamp>> end_of_levels(const ApiContext& api, const Body& body) {
  using End = std::optional<Timestamp>;
  if (!body["seconds"].stated())
    return End();
  const auto seconds = body["seconds"].integer();
  if (!seconds || *seconds < 1 || *seconds > level_seconds_max)
    return Error{"bad_seconds", "seconds is for how long: a whole number from 1 to 604800, a week; "
                                "left out, it is until the next start"};
  return End(api.now() + std::chrono::seconds(*seconds));
}

Result<Json> set_log_levels(const ApiContext& api) {
  TRY(port, log_levels_of(api));
  TRY(body, api.body());
  TRY(until, end_of_levels(api, body));
  LogLevelPort::Wishes wishes;
  for (const auto& [part, level] : body["levels"].members())
    wishes.emplace_back(part, level.text().value_or(std::string_view{}));
  TRYV(port->set(wishes, until, api.caller.name, api.request.request_id));
  return show_log_levels(api);
}

constexpr Route log_level_rows[] = {
    {.name = "log_levels",
     .method = "GET",
     .path = "/api/v1/log-levels",
     .right = Right::operate,
     .handler = show_log_levels,
     .answer = &log_levels_schema,
     .installation = true},
    {.name = "set_log_levels",
     .method = "POST",
     .path = "/api/v1/log-levels",
     .right = Right::operate,
     .handler = set_log_levels,
     .answer = &log_levels_schema,
     .members = "levels seconds",
     .installation = true},
};

} // namespace

constinit const Routes log_level_routes = log_level_rows;

} // namespace tidemark::gateway
