#include "gateway/operations/health.hpp"

#include "gateway/api/table_scan.hpp"
#include "projections/identity/parked_view.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace tidemark::gateway {
namespace {

using Json = nlohmann::ordered_json;

Json service_json(const ServiceHealth& service) {
  return {
      {"status", service.status}, {"since", to_rfc3339(service.since)}, {"detail", service.detail}};
}

// "down" only when webhooks cannot be taken: the one thing that callers cannot wait for.
std::string overall(const std::vector<ServiceHealth>& services, bool accepting) {
  if (!accepting)
    return "down";
  const bool fine = std::all_of(services.begin(), services.end(),
                                [](const auto& s) { return s.status == "connected"; });
  return fine ? "ok" : "degraded";
}

Answer json_answer(std::uint16_t status, const Json& body) {
  Answer answer;
  answer.status = status;
  answer.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return answer;
}

/// Nothing while no call or message has waited too long for its contact (requirement C18).
std::optional<ServiceHealth> parking(const GatewayOptions& options, const GatewayPorts& ports) {
  constexpr std::size_t counted_max = 100;
  const auto scan = scan_of(ports.tables);
  std::size_t dead = 0;
  Timestamp since = Timestamp::max();
  for (const auto& tenant : options.tenants) {
    const auto page = projections::parked_page(scan, tenant, true, {}, counted_max);
    if (!page)
      return std::nullopt; // the part "tables" says so
    dead += page->items.size();
    for (const auto& each : page->items)
      since = std::min(since, each.at);
  }
  if (dead == 0)
    return std::nullopt;
  ServiceHealth out;
  out.name = "parking";
  out.status = "degraded";
  out.since = since;
  out.detail = std::to_string(dead)
               + " calls or messages have waited too long for their contacts: GET "
                 "/api/v1/parked?state=dead";
  return out;
}

std::vector<ServiceHealth> services_of(const GatewayOptions& options, const GatewayPorts& ports) {
  auto services = ports.health.services();
  if (auto waiting = parking(options, ports))
    services.push_back(*std::move(waiting));
  return services;
}

} // namespace

Json health_json(const GatewayOptions& options, const GatewayPorts& ports) {
  const auto services = services_of(options, ports);
  Json parts = Json::object();
  for (const auto& service : services)
    parts[service.name] = service_json(service);
  return {{"status", overall(services, ports.health.accepting())},
          {"version", options.version},
          {"loopback_http_allowed", options.loopback_http_allowed},
          {"services", std::move(parts)}};
}

Answer health_answer(const ApiRequest& request, const GatewayOptions& options,
                     const GatewayPorts& ports) {
  const auto route = request.route->id;
  if (route == RouteId::health_live)
    return json_answer(200, {{"status", "ok"}});
  const bool accepting = ports.health.accepting();
  if (route == RouteId::health_ready)
    return json_answer(accepting ? 200 : 503, {{"status", accepting ? "ok" : "down"}});
  if (route == RouteId::health_component) {
    const auto& name = request.target.segments[1];
    for (const auto& service : services_of(options, ports))
      if (service.name == name)
        return json_answer(service.status == "disconnected" ? 503 : 200, service_json(service));
    return problem_answer({404, "not_found", "no part of the engine has this name"},
                          request.request_id, ports.clock.now());
  }
  const auto body = health_json(options, ports);
  return json_answer(body["status"] == "down" ? 503 : 200, body);
}

} // namespace tidemark::gateway
