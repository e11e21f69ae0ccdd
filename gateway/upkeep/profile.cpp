#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/upkeep/routes.hpp"

// What the service takes of the machine, of the whole installation.

namespace tidemark::gateway {
namespace {

constexpr Schema trend_schema{"memory_trend",
                              {{text("trend"), integer("minutes"), integer("least"),
                                integer("most"), integer("begun"), integer("ended")}}};
constexpr Schema database_schema{
    "database_memory",
    {{text("name"), integer("block_cache"), integer("block_cache_max"), integer("memtables")}}};
constexpr Schema thread_schema{"thread_group",
                               {{text("name"), integer("threads"), integer("milliseconds")}}};
constexpr Schema profile_schema{
    "profile",
    {{integer("process_id"), integer("resident"), nullable(integer("limit")),
      object("memory", trend_schema), list("databases", database_schema), integer("contacts_awake"),
      integer("followers"), integer("inputs_waiting"), integer("deliveries_open"),
      integer("processors"), integer("milliseconds"), list("threads", thread_schema)}}};

Result<Json> show_profile(const ApiContext& api) {
  const auto profile = api.ports.health.profile();
  const auto& memory = profile.memory;
  return Json{{"process_id", profile.process_id},
              {"resident", profile.resident},
              {"limit", profile.limit == 0 ? Json() : Json(profile.limit)},
              {"memory",
               {{"trend", name_of(memory.trend)},
                {"minutes", memory.minutes},
                {"least", memory.least},
                {"most", memory.most},
                {"begun", memory.begun},
                {"ended", memory.ended}}},
              {"databases", array_json(profile.databases,
                                       [](const auto& one) {
                                         return Json{{"name", one.name},
                                                     {"block_cache", one.block_cache},
                                                     {"block_cache_max", one.block_cache_max},
                                                     {"memtables", one.memtables}};
                                       })},
              {"contacts_awake", profile.contacts_awake},
              {"followers", profile.followers},
              {"inputs_waiting", profile.inputs_waiting},
              {"deliveries_open", profile.deliveries_open},
              {"processors", profile.processors},
              {"milliseconds", profile.milliseconds},
              {"threads", array_json(profile.threads, [](const auto& one) {
                 return Json{{"name", one.name},
                             {"threads", one.threads},
                             {"milliseconds", one.milliseconds}};
               })}};
}

constexpr Route profile_rows[] = {
    {.name = "profile",
     .method = "GET",
     .path = "/api/v1/profile",
     .right = Right::operate,
     .handler = show_profile,
     .answer = &profile_schema,
     .installation = true},
};

} // namespace

constinit const Routes profile_routes = profile_rows;

} // namespace tidemark::gateway
