#pragma once
#include "gateway/http/target.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Every way in, as data: method, path and who may use it.
namespace tidemark::gateway {

enum class RouteId : std::uint8_t {
  none, ///< nothing there, or refused before a route was known
  webhook,
  webhook_test,
  health,
  health_live,
  health_ready,
  health_component,
  api_health,
  metrics,
  contacts,
  contact,
  timeline,
  mappings,
  deliveries,
  delivery,
  events,
  event,
  quarantine,
  connectors,
  opt_outs,
  opt_out_history,
  request_opt_out,
  request_opt_in,
  reviews,
  decide_review,
  conflicts,
  alerts,
  pause_connector,
  resume_connector,
  queues,
  merge_contacts,
  unmerge_contacts,
  release_parked,
  parked,
  duplicates,
  lists,
  rebuild_lists,
  broadcasts,
  repair_mapping,
  mapping_repair,
  status,
  request_backfill,
  connect_account,
};
inline constexpr std::size_t route_count = 43;
inline constexpr std::array<std::string_view, route_count> route_names{"none",
                                                                       "webhook",
                                                                       "webhook_test",
                                                                       "health",
                                                                       "health_live",
                                                                       "health_ready",
                                                                       "health_component",
                                                                       "api_health",
                                                                       "metrics",
                                                                       "contacts",
                                                                       "contact",
                                                                       "timeline",
                                                                       "mappings",
                                                                       "deliveries",
                                                                       "delivery",
                                                                       "events",
                                                                       "event",
                                                                       "quarantine",
                                                                       "connectors",
                                                                       "opt_outs",
                                                                       "opt_out_history",
                                                                       "request_opt_out",
                                                                       "request_opt_in",
                                                                       "reviews",
                                                                       "decide_review",
                                                                       "conflicts",
                                                                       "alerts",
                                                                       "pause_connector",
                                                                       "resume_connector",
                                                                       "queues",
                                                                       "merge_contacts",
                                                                       "unmerge_contacts",
                                                                       "release_parked",
                                                                       "parked",
                                                                       "duplicates",
                                                                       "lists",
                                                                       "rebuild_lists",
                                                                       "broadcasts",
                                                                       "repair_mapping",
                                                                       "mapping_repair",
                                                                       "status",
                                                                       "request_backfill",
                                                                       "connect_account"};
constexpr std::string_view name_of(RouteId id) {
  return route_names[static_cast<std::size_t>(id)];
}

/// Who may use a route; each may do what those before it may. `local` is no token's role: it is a
/// program that asks through the service's own socket.
enum class Role : std::uint8_t { anyone, viewer, auditor, operator_, admin, local };
/// The role of that name; `anyone` for a word that is none.
Role role_named(std::string_view name);

struct Route {
  RouteId id;
  std::string_view method; ///< GET stands for HEAD too
  std::string_view path;   ///< segments in braces take any value
  Role role;
  std::string_view parameters = {}; ///< of the query, a blank between them
};
std::span<const Route> routes();

/// Does the route take the method?
bool takes(const Route& route, std::string_view method);
/// The route of a path that takes the method; else any of the path, null when there is none.
const Route* find_route(const Target& target, std::string_view method);
/// The first name in the target's query that the route does not know; "" when it knows all.
std::string_view unknown_parameter(const Route& route, const Target& target);
/// Methods that the route's path takes, as in the header Allow.
std::string methods_of(const Route& route);

} // namespace tidemark::gateway
