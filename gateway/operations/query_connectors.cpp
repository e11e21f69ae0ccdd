#include "gateway/api/query.hpp"
#include "gateway/operations/connector_state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::gateway {

Query::Outcome Query::connectors() const {
  const auto reports = ports_.health.connectors();
  Json items = Json::array();
  for (const auto& source : options_.sources) {
    if (source.tenant != caller_.tenant)
      continue;
    Json channels = Json::array();
    for (const auto& channel : source.connector->channels)
      channels.push_back(channel.name);
    Json settings = Json::object();
    const auto masked = source.settings.redacted();
    for (const auto& [key, value] : masked.values)
      settings[key] = value;
    for (const auto& [key, value] : masked.secrets)
      settings[key] = value.reveal(); // "***" since redacted()
    Json item{{"name", source.settings.name.value},
              {"type", source.connector->type},
              {"title", source.connector->title},
              {"channels", std::move(channels)},
              {"settings", std::move(settings)}};
    const auto report = std::find_if(reports.begin(), reports.end(), [&](const auto& one) {
      return one.tenant == source.tenant && one.connector == source.settings.name;
    });
    if (report != reports.end())
      item.update(connector_state(*report, ports_.clock.now()));
    items.push_back(std::move(item));
  }
  return Json{{"items", std::move(items)}, {"next", nullptr}};
}

Query::Outcome Query::queues() const {
  Json items = Json::array();
  for (const auto& report : ports_.health.connectors())
    if (report.tenant == caller_.tenant && report.receives)
      items.push_back(queue_json(report, ports_.clock.now()));
  return Json{{"items", std::move(items)}, {"next", nullptr}};
}

} // namespace tidemark::gateway
