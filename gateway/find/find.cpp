#include "gateway/api/json.hpp"
#include "gateway/find/lookups.hpp"
#include "gateway/find/routes.hpp"

#include <fmt/format.h>

namespace tidemark::gateway {
namespace {

constexpr std::size_t id_bytes_max = 500;
constexpr std::size_t shortest_looked_through = 6; // shorter ones stand in many places

constexpr Schema found_schema{
    "found",
    {{text("kind"), text("id"), text("text"), text("command"), nullable(integer("position"))}}};
constexpr Schema find_schema{"find", {{list("items", found_schema), list(text("tried"))}}};

Json found_json(const FoundThing& one) {
  return {{"kind", one.kind},
          {"id", one.id},
          {"text", one.text},
          {"command", one.command},
          {"position", or_null(one.position)}};
}

/// What somebody pasted: without the blanks around it.
std::string given_id(const ApiContext& api) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto id = api.param("id");
  const auto from = id.find_first_not_of(blanks);
  return from == std::string_view::npos
             ? std::string()
             : std::string(id.substr(from, id.find_last_not_of(blanks) + 1 - from));
}

Result<Json> find(const ApiContext& api) {
  const auto id = given_id(api);
  if (id.empty() || id.size() > id_bytes_max)
    return Error{"bad_id",
                 "id is what you look for: an id, a position, a phone number or an e-mail "
                 "address, at most 500 bytes"};
  FoundThings found;
  auto tried = Json::array();
  for (const auto& lookup : id_lookups()) {
    if (!lookup.may_be(api, id))
      continue;
    tried.push_back(lookup.tried);
    TRYV(lookup.look(api, id, found));
  }
  if (found.empty() && id.size() >= shortest_looked_through) {
    TRY(events, look_through_events(api, id, found));
    tried.push_back(
        fmt::format("request ids and vendors' ids of webhooks in the newest {} events", events));
  }
  return Json{{"items", array_json(found, found_json)}, {"tried", std::move(tried)}};
}

constexpr Route find_rows[] = {
    {"find", "GET", "/api/v1/find", Right::read, find, &find_schema, "id"},
};

} // namespace

constinit const Routes find_routes = find_rows;

} // namespace tidemark::gateway
