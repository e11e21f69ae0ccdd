#include "gateway/operations/health.hpp"

#include "gateway/api/counters.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/operations/alerts.hpp"
#include "gateway/operations/health_aliases.hpp"
#include "gateway/operations/routes.hpp"
#include "gateway/operations/tenant_sums.hpp"
#include "gateway/operations/webhook_kinds.hpp"
#include "gateway/queues/queue.hpp"
#include "projections/identity/parked_view.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

/// An own part may say nothing for so long before the whole is degraded.
constexpr std::chrono::minutes unknown_lasts{5};

constexpr Schema state_schema{"state", {{text("status")}}};

Json service_json(const ServiceHealth& service) {
  return {
      {"status", service.status}, {"since", to_rfc3339(service.since)}, {"detail", service.detail}};
}

// "down" only when webhooks cannot be taken: the one thing that callers cannot wait for.
// A system that nobody has asked is no fault; an own part that says nothing for long is.
std::string overall(const std::vector<ServiceHealth>& services, bool accepting, Timestamp now) {
  if (!accepting)
    return "down";
  const bool fine = std::all_of(services.begin(), services.end(), [&](const auto& s) {
    return s.status == "connected"
           || (s.status == "unknown" && (!s.is_overdue || now - s.since < unknown_lasts));
  });
  return fine ? "ok" : "degraded";
}

/// Nothing while no call or message has waited too long for its contact (requirement C18).
std::optional<ServiceHealth> parking(const ApiContext& api) {
  constexpr std::size_t counted_max = 100;
  std::size_t dead = 0;
  Timestamp since = Timestamp::max();
  for (const auto& tenant : api.options.tenants) {
    const auto page = projections::parked_page(api.scan, tenant, true, {}, counted_max);
    if (!page)
      return std::nullopt; // the part "tables" says so
    dead += page->items.size();
    for (const auto& each : page->items)
      since = std::min(since, each.at);
  }
  if (dead == 0)
    return std::nullopt;
  return ServiceHealth{"parking", "degraded", since,
                       std::to_string(dead)
                           + " calls or messages have waited too long for their contacts: GET "
                             "/api/v1/parked?state=dead"};
}

std::vector<ServiceHealth> services_of(const ApiContext& api) {
  auto services = api.ports.health.services();
  if (auto waiting = parking(api))
    services.push_back(*std::move(waiting));
  return services;
}

Answer show_live(const HealthPort&) {
  return json_answer(200, {{"status", "ok"}});
}

/// 200 as long as webhooks can be accepted, whatever the vendors do.
Answer show_ready(const HealthPort& health) {
  const bool accepting = health.accepting();
  return json_answer(accepting ? 200 : 503, {{"status", accepting ? "ok" : "down"}});
}

Answer component_answer(const ServiceHealth& service, Json json) {
  return json_answer(service.status == "disconnected" ? 503 : 200, std::move(json));
}

/// A part goes before an alias: a connector may be called as one.
Answer show_component(const ApiContext& api) {
  const auto services = services_of(api);
  for (const auto& service : services)
    if (service.name == api.segment("component"))
      return component_answer(service, service_json(service));
  const auto* alias = health_alias(api.segment("component"));
  if (!alias)
    return refusal(api, {"not_found", "no part of the engine has this name"});
  const auto health = health_of(*alias, services, api.ports.health.accepting());
  if (health.status == not_used)
    return refusal(api, {"not_found", "not used here: " + health.detail});
  return component_answer(
      health,
      {{"status", health.status}, {"since", or_null(health.since)}, {"detail", health.detail}});
}

Answer show_health(const ApiContext& api) {
  const auto body = health_json(api);
  return json_answer(body["status"] == "down" ? 503 : 200, body);
}

/// What was built, and what it may take.
std::string build_metrics(const GatewayOptions& options) {
  return "# HELP tidemark_build_info Version of the program.\n# TYPE tidemark_build_info gauge\n"
         "tidemark_build_info{version=\""
         + options.version
         + "\"} 1\n# HELP tidemark_http_connections_max So many may be open at once.\n"
           "# TYPE tidemark_http_connections_max gauge\ntidemark_http_connections_max "
         + std::to_string(options.connections_max) + "\n";
}

Answer show_metrics(const ApiContext& api) {
  Answer answer;
  answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
  answer.body = with_tenants_summed(build_metrics(api.options) + api.counters.text()
                                    + api.ports.health.metrics() + alert_metrics(api)
                                    + queue_metrics(api) + api.kinds.metrics(api.options.sources));
  return answer;
}

// Probes and scrapes come often and from everywhere: no limit, no login.
constexpr Route health_rows[] = {
    {"health", "GET", "/health", Right::none, show_health, &health_schema},
    {"health_live", "GET", "/health/live", Right::none, show_live, &state_schema},
    {"health_ready", "GET", "/health/ready", Right::none, show_ready, &state_schema},
    {"health_component", "GET", "/health/{component}", Right::none, show_component,
     &component_schema},
    {"api_health", "GET", "/api/v1/health", Right::none, show_health, &health_schema},
    {"metrics", "GET", "/metrics", Right::none, show_metrics},
};

} // namespace

Json health_json(const ApiContext& api) {
  const auto services = services_of(api);
  Json parts = Json::object();
  for (const auto& service : services)
    parts[service.name] = service_json(service);
  const bool accepting = api.ports.health.accepting();
  Json aliases = Json::object();
  for (const auto& alias : health_aliases())
    aliases[std::string(alias.name)] = health_of(alias, services, accepting).status;
  return {{"status", overall(services, accepting, api.now())},
          {"version", api.options.version},
          {"loopback_http_allowed", api.options.loopback_http_allowed},
          {"services", std::move(parts)},
          {"aliases", std::move(aliases)}};
}

constinit const Routes health_routes = health_rows;

} // namespace tidemark::gateway
