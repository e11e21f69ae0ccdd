#include "gateway/api/routes.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

// Webhook paths stand here so that one table lists every way in; the connection hands them to the
// webhook route before it looks at the rest. Literal segments come before braces.
constexpr Route table[] = {
    {RouteId::webhook_test, "POST", "/webhooks/test", Role::anyone},
    {RouteId::webhook, "POST", "/webhooks/{connector}", Role::anyone},
    {RouteId::webhook, "POST", "/webhooks/{connector}/{channel}", Role::anyone},
    {RouteId::webhook, "POST", "/t/{tenant}/webhooks/{connector}", Role::anyone},
    {RouteId::webhook, "POST", "/t/{tenant}/webhooks/{connector}/{channel}", Role::anyone},
    {RouteId::health, "GET", "/health", Role::anyone},
    {RouteId::health_live, "GET", "/health/live", Role::anyone},
    {RouteId::health_ready, "GET", "/health/ready", Role::anyone},
    {RouteId::health_component, "GET", "/health/{component}", Role::anyone},
    {RouteId::api_health, "GET", "/api/v1/health", Role::anyone},
    {RouteId::metrics, "GET", "/metrics", Role::anyone},
    {RouteId::contacts, "GET", "/api/v1/contacts", Role::viewer,
     "phone email name connector remote_id limit after"},
    {RouteId::contact, "GET", "/api/v1/contacts/{id}", Role::viewer},
    {RouteId::timeline, "GET", "/api/v1/contacts/{id}/timeline", Role::viewer, "type limit after"},
    {RouteId::mappings, "GET", "/api/v1/mappings", Role::viewer,
     "contact connector remote_id limit after"},
    {RouteId::repair_mapping, "POST", "/api/v1/mappings/repair", Role::operator_},
    {RouteId::mapping_repair, "GET", "/api/v1/mappings/repair/{position}", Role::viewer},
    {RouteId::deliveries, "GET", "/api/v1/deliveries", Role::viewer, "state target limit after"},
    {RouteId::delivery, "GET", "/api/v1/deliveries/{id}", Role::viewer},
    {RouteId::events, "GET", "/api/v1/events", Role::viewer, "contact type limit after"},
    {RouteId::event, "GET", "/api/v1/events/{position}", Role::viewer},
    {RouteId::quarantine, "GET", "/api/v1/quarantine", Role::viewer, "limit after"},
    {RouteId::connectors, "GET", "/api/v1/connectors", Role::viewer},
    {RouteId::pause_connector, "POST", "/api/v1/connectors/{name}/pause", Role::operator_},
    {RouteId::resume_connector, "POST", "/api/v1/connectors/{name}/resume", Role::operator_},
    {RouteId::queues, "GET", "/api/v1/queues", Role::viewer},
    {RouteId::opt_outs, "GET", "/api/v1/opt-outs", Role::viewer, "address limit after"},
    {RouteId::request_opt_out, "POST", "/api/v1/opt-outs", Role::operator_},
    {RouteId::opt_out_history, "GET", "/api/v1/opt-outs/{address}/history", Role::viewer},
    {RouteId::request_opt_in, "POST", "/api/v1/opt-ins", Role::operator_},
    {RouteId::reviews, "GET", "/api/v1/reviews", Role::viewer, "state limit after"},
    {RouteId::decide_review, "POST", "/api/v1/reviews/{id}", Role::operator_},
    {RouteId::conflicts, "GET", "/api/v1/conflicts", Role::viewer, "contact limit after"},
    {RouteId::alerts, "GET", "/api/v1/alerts", Role::viewer},
    {RouteId::merge_contacts, "POST", "/api/v1/contacts/{id}/merge", Role::operator_},
    {RouteId::unmerge_contacts, "POST", "/api/v1/contacts/{id}/unmerge", Role::operator_},
    {RouteId::release_parked, "POST", "/api/v1/webhooks/{position}/release", Role::operator_},
    {RouteId::parked, "GET", "/api/v1/parked", Role::viewer, "state limit after"},
    {RouteId::duplicates, "GET", "/api/v1/duplicates", Role::viewer, "limit after"},
    {RouteId::lists, "GET", "/api/v1/lists", Role::viewer, "connector"},
    {RouteId::rebuild_lists, "POST", "/api/v1/lists/{connector}/rebuild", Role::operator_,
     "limit after"},
    {RouteId::broadcasts, "GET", "/api/v1/broadcasts", Role::viewer},
    {RouteId::status, "GET", "/api/v1/status", Role::local},
    {RouteId::request_backfill, "POST", "/api/v1/backfills", Role::local},
    {RouteId::connect_account, "POST", "/api/v1/accounts", Role::local},
};

bool matches(std::string_view path, const std::vector<std::string>& segments) {
  for (const auto& segment : segments) {
    if (path.empty())
      return false;
    path.remove_prefix(1);
    const auto end = path.find('/');
    const auto part = path.substr(0, end);
    if (!part.starts_with('{') && part != segment)
      return false;
    path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  }
  return path.empty();
}

} // namespace

std::span<const Route> routes() {
  return table;
}

Role role_named(std::string_view name) {
  constexpr std::pair<std::string_view, Role> names[] = {{"viewer", Role::viewer},
                                                         {"auditor", Role::auditor},
                                                         {"operator", Role::operator_},
                                                         {"admin", Role::admin}};
  for (const auto& [word, role] : names)
    if (word == name)
      return role;
  return Role::anyone;
}

bool takes(const Route& route, std::string_view method) {
  return method == route.method || (method == "HEAD" && route.method == "GET");
}

const Route* find_route(const Target& target, std::string_view method) {
  const Route* found = nullptr;
  for (const auto& route : table) {
    if (!matches(route.path, target.segments))
      continue;
    if (takes(route, method))
      return &route;
    if (!found)
      found = &route;
  }
  return found;
}

std::string_view unknown_parameter(const Route& route, const Target& target) {
  for (const auto& [name, value] : target.query) {
    auto rest = route.parameters;
    bool known = false;
    while (!known && !rest.empty()) {
      const auto end = std::min(rest.find(' '), rest.size());
      known = rest.substr(0, end) == name;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (!known)
      return name;
  }
  return {};
}

std::string methods_of(const Route& route) {
  std::string methods;
  for (const auto& each : table)
    if (each.path == route.path)
      methods += each.method == "GET" ? "GET, HEAD, " : std::string(each.method) + ", ";
  return methods + "OPTIONS";
}

} // namespace tidemark::gateway
