#include "gateway/operations/status.hpp"

#include "gateway/api/table_scan.hpp"
#include "gateway/operations/alerts.hpp"
#include "gateway/operations/connector_state.hpp"
#include "gateway/operations/health.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::gateway {

Answer status_answer(const GatewayOptions& options, const GatewayPorts& ports, const Caller& caller,
                     const ApiRequest& request) {
  using Json = nlohmann::ordered_json;
  const auto now = ports.clock.now();
  const auto scan = scan_of(ports.tables);
  const auto active = active_alerts(scan, ports.health, caller.tenant, now);
  if (!active)
    return problem_answer({500, active.error().code, active.error().text}, request.request_id, now);
  auto out = health_json(options, ports);
  out["at"] = to_rfc3339(now);
  out["tenant"] = caller.tenant.value;
  out["position"] = ports.log.durable().value;
  out["connectors"] = Json::array();
  out["queues"] = Json::array();
  for (const auto& report : ports.health.connectors()) {
    if (report.tenant != caller.tenant)
      continue;
    Json item{{"name", report.connector.value}};
    item.update(connector_state(report, now));
    out["connectors"].push_back(std::move(item));
    if (report.receives)
      out["queues"].push_back(queue_json(report, now));
  }
  out["alerts"] = Json::array();
  for (const auto& alert : *active)
    out["alerts"].push_back(alert_json(alert));
  Answer answer;
  answer.body = out.dump(-1, ' ', false, Json::error_handler_t::replace);
  return answer;
}

} // namespace tidemark::gateway
