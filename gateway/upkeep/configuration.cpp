#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/upkeep/routes.hpp"

// The configuration of the running service, for programs of this machine.

namespace tidemark::gateway {
namespace {

constexpr Schema value_schema{"configured_value", {{text("key"), text("value"), text("source")}}};
constexpr Schema reload_schema{"reloaded", {{list(text("applied")), list(text("needs_restart"))}}};

Result<ConfigurationPort*> configuration_of(const ApiContext& api) {
  if (!api.ports.configuration)
    return Error{"not_found", "this service has no configuration file"};
  return api.ports.configuration;
}

Result<Json> reload_configuration(const ApiContext& api) {
  TRY(configuration, configuration_of(api));
  TRY(outcome, configuration->reload(api.caller.name, api.request.request_id));
  return Json{{"applied", outcome.applied}, {"needs_restart", outcome.needs_restart}};
}

Result<Json> show_configuration(const ApiContext& api) {
  TRY(configuration, configuration_of(api));
  Json items = Json::array();
  for (const auto& [key, value, source] : configuration->in_force())
    items.push_back({{"key", key}, {"value", value}, {"source", source}});
  return Json{{"items", std::move(items)}, {"next", nullptr}};
}

constexpr Route configuration_rows[] = {
    {"reload", "POST", "/api/v1/reload", Right::local, reload_configuration, &reload_schema},
    {"configuration", "GET", "/api/v1/configuration", Right::local, show_configuration,
     &list_of<value_schema>},
};

} // namespace

constinit const Routes configuration_routes = configuration_rows;

} // namespace tidemark::gateway
