#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/contacts/routes.hpp"
#include "projections/sync/conflict_view.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema conflict_schema{
    "conflict",
    {{text("contact"), text("field"), map("values"), text("winner"), text("value"), text("rule"),
      integer("position"), time("at"), list(text("updated"))}}};

Json conflict_json(const ApiContext& api, const projections::ConflictView& conflict) {
  Json values = Json::object();
  for (const auto& [connector, value] : conflict.values)
    values[connector.value] = api.shown(conflict.field, value);
  return {{"contact", conflict.contact.value},
          {"field", conflict.field},
          {"values", std::move(values)},
          {"winner", conflict.winner.value},
          {"value", api.shown(conflict.field, conflict.value)},
          {"rule", conflict.rule},
          {"position", conflict.position.value},
          {"at", to_rfc3339(conflict.at)},
          {"updated", values_json(conflict.updated)}};
}

Result<Json> list_conflicts(const ApiContext& api) {
  TRY(count, api.limit());
  TRY(page, projections::conflicts_page(api.scan, api.tenant(),
                                        ContactId(std::string(api.param("contact"))),
                                        api.param("after"), count));
  return page_json(page, [&](const auto& conflict) { return conflict_json(api, conflict); });
}

constexpr Route conflict_rows[] = {{"conflicts", "GET", "/api/v1/conflicts", Right::read,
                                    list_conflicts, &list_of<conflict_schema>,
                                    "contact limit after"}};

} // namespace

constinit const Routes conflict_routes = conflict_rows;

} // namespace tidemark::gateway
