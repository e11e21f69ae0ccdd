#include "gateway/dispatch.hpp"

#include "gateway/api/query.hpp"
#include "gateway/consent/consent_route.hpp"
#include "gateway/contacts/contact_route.hpp"
#include "gateway/contacts/mapping_route.hpp"
#include "gateway/lists/lists_route.hpp"
#include "gateway/operations/account_route.hpp"
#include "gateway/operations/alerts.hpp"
#include "gateway/operations/backfill_route.hpp"
#include "gateway/operations/connector_route.hpp"
#include "gateway/operations/health.hpp"
#include "gateway/operations/status.hpp"

#include <algorithm>

namespace tidemark::gateway {
Api::Api(const GatewayOptions& options, const GatewayPorts& ports, const Counters& counters,
         const WebhookRoute& webhooks)
    : options_(options), ports_(ports), counters_(counters), webhooks_(webhooks), access_(options) {
}

Answer Api::problem(const Problem& problem, const ApiRequest& request) const {
  return problem_answer(problem, request.request_id, ports_.clock.now());
}

Answer Api::answer(const ApiRequest& request) {
  const auto& parts = request.target.segments;
  const bool api = !parts.empty() && parts[0] == "api";
  if (api || (request.route && request.route->id == RouteId::webhook_test))
    return admit(request);
  if (!request.route)
    return problem({404, "not_found", "there is nothing at this path"}, request);
  // Probes and scrapes come often and from everywhere: no limit, no login.
  return takes(*request.route, request.method) ? dispatch(request, {}) : other_method(request);
}

Answer Api::other_method(const ApiRequest& request) const {
  Answer answer;
  if (request.method == "OPTIONS")
    answer.status = 204;
  else
    answer = problem({405, "method_not_allowed", "this path does not take this method"}, request);
  answer.headers.emplace_back("Allow", methods_of(*request.route));
  return answer;
}

/// The answer to a caller whose rate and credentials were looked at.
Answer Api::decide(const ApiRequest& request, const AccessGrant& grant) {
  if (grant.retry_after > 0)
    return problem({429, "too_many_requests", "wait as long as Retry-After says"}, request);
  const auto* route = request.route;
  if (route && !takes(*route, request.method))
    return other_method(request);
  if (route && route->role == Role::anyone)
    return dispatch(request, {});
  if (!grant.token)
    return problem({401, "unauthorized", "send Authorization: Bearer with a valid token"}, request);
  const auto caller = caller_of(grant);
  if (!caller)
    return problem({403, caller.error().code, caller.error().text}, request);
  if (!route)
    return problem({404, "not_found", "there is nothing at this path"}, request);
  return answer_known(request, *caller);
}

/// The answer to a caller whose role is known; `request.route` is not null.
Answer Api::answer_known(const ApiRequest& request, const Caller& caller) const {
  const auto* route = request.route;
  if (caller.role < route->role)
    return problem({403, "forbidden", "this token's role may not do this"}, request);
  if (const auto name = unknown_parameter(*route, request.target); !name.empty())
    return problem(
        {400, "bad_query",
         "there is no parameter '" + std::string(name) + "' here; "
             + (route->parameters.empty() ? "this path takes none"
                                          : "there are: " + std::string(route->parameters))},
        request);
  return dispatch(request, caller);
}

Answer Api::admit(const ApiRequest& request) {
  const auto authorization = connectors::only_header(request.headers, "authorization");
  const auto grant =
      access_.check(authorization.value_or(std::string_view{}), request.client, ports_.clock.now());
  auto answer = decide(request, grant);
  if (grant.retry_after > 0)
    answer.headers.emplace_back("Retry-After", std::to_string(grant.retry_after));
  if (answer.status == 401)
    answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  answer.headers.emplace_back("X-RateLimit-Limit", std::to_string(grant.rate.limit));
  answer.headers.emplace_back("X-RateLimit-Remaining", std::to_string(grant.rate.remaining));
  answer.headers.emplace_back("X-RateLimit-Reset", std::to_string(grant.rate.reset));
  return answer;
}

Result<Caller> Api::caller_of(const AccessGrant& grant) const {
  Caller caller{role_named(grant.token->role), grant.token->tenant, grant.token->name};
  if (caller.tenant.value.empty() && options_.tenants.size() == 1)
    caller.tenant = options_.tenants[0];
  if (caller.tenant.value.empty())
    return Error{"token_without_tenant", "this token names no tenant; configure one for it"};
  if (caller.role == Role::anyone)
    return Error{"token_without_role", "this token has no known role; configure one for it"};
  return caller;
}

Result<Caller> Api::local_caller(const ApiRequest& request) const {
  const auto& tenants = options_.tenants;
  TenantId tenant{std::string(
      connectors::only_header(request.headers, "x-tidemark-tenant").value_or(std::string_view{}))};
  if (tenant.value.empty() && tenants.size() == 1)
    tenant = tenants.front();
  if (std::find(tenants.begin(), tenants.end(), tenant) != tenants.end())
    return Caller{Role::local, tenant, "uid " + std::to_string(*request.local_user)};
  std::string known;
  for (const auto& one : tenants)
    known += (known.empty() ? "" : ", ") + one.value;
  return Error{"bad_usage", "say which tenant with --tenant; the service has: " + known};
}

Answer Api::answer_local(const ApiRequest& request) const {
  if (!request.route)
    return problem({404, "not_found", "the service has no such request: use tools of its version"},
                   request);
  if (!takes(*request.route, request.method))
    return other_method(request);
  if (request.route->role == Role::anyone)
    return dispatch(request, {});
  const auto caller = local_caller(request);
  if (!caller)
    return problem({400, caller.error().code, caller.error().text}, request);
  return answer_known(request, *caller);
}

Answer Api::dispatch(const ApiRequest& request, const Caller& caller) const {
  switch (request.route->id) {
  case RouteId::webhook_test:
    return webhooks_.explain(request.headers, request.target, request.body, request.request_id);
  case RouteId::health:
  case RouteId::health_live:
  case RouteId::health_ready:
  case RouteId::health_component:
  case RouteId::api_health:
    return health_answer(request, options_, ports_);
  case RouteId::metrics: {
    Answer answer;
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = counters_.text() + ports_.health.metrics() + alert_metrics(options_, ports_);
    return answer;
  }
  default:
    return answer_for_caller(options_, ports_, caller, request);
  }
}

Answer answer_for_caller(const GatewayOptions& options, const GatewayPorts& ports,
                         const Caller& caller, const ApiRequest& request) {
  switch (request.route->id) {
  case RouteId::request_opt_out:
  case RouteId::request_opt_in:
  case RouteId::decide_review:
    return ConsentRoute(options, ports, caller, request).answer();
  case RouteId::pause_connector:
  case RouteId::resume_connector:
    return ConnectorRoute(options, ports, caller, request).answer();
  case RouteId::merge_contacts:
  case RouteId::unmerge_contacts:
  case RouteId::release_parked:
    return ContactRoute(ports, caller, request).answer();
  case RouteId::repair_mapping:
    return MappingRoute(options, ports, caller, request).answer();
  case RouteId::rebuild_lists:
    return rebuild_lists(options, ports, caller, request);
  case RouteId::status:
    return status_answer(options, ports, caller, request);
  case RouteId::request_backfill:
    return request_backfill(options, ports, caller, request);
  case RouteId::connect_account:
    return connect_account(ports, caller, request);
  default:
    return Query(options, ports, caller, request).answer();
  }
}

} // namespace tidemark::gateway
