#include "gateway/dispatch.hpp"

#include "gateway/actions/bulk_actions.hpp"
#include "gateway/actions/routes.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/api/table_scan.hpp"
#include "gateway/consent/routes.hpp"
#include "gateway/contacts/routes.hpp"
#include "gateway/delivery/routes.hpp"
#include "gateway/events/routes.hpp"
#include "gateway/identity/routes.hpp"
#include "gateway/imports/routes.hpp"
#include "gateway/intake/routes.hpp"
#include "gateway/lists/routes.hpp"
#include "gateway/operations/routes.hpp"
#include "gateway/operations/webhook_kinds.hpp"
#include "gateway/page/routes.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

/// Methods that the route's path takes, as in the header Allow.
std::string methods_of(const Route& route) {
  std::string methods;
  for (const auto& each : routes())
    if (each.path == route.path)
      methods += each.method == "GET" ? "GET, HEAD, " : std::string(each.method) + ", ";
  return methods + "OPTIONS";
}

} // namespace

Routes routes() {
  static const auto all = [] {
    std::vector<Route> rows;
    for (const auto of_room : {webhook_routes,      health_routes,         contact_import_routes,
                               contact_routes,      contact_state_routes,  merge_routes,
                               conflict_routes,     mapping_routes,        repair_routes,
                               delivery_routes,     retry_routes,          event_routes,
                               quarantine_routes,   reprocess_routes,      refused_signature_routes,
                               action_routes,       people_routes,         opt_out_routes,
                               statement_routes,    call_allowance_routes, review_routes,
                               list_routes,         rebuild_routes,        connector_routes,
                               alert_routes,        backfill_routes,       local_routes,
                               reveal_routes,       message_routes,        opt_out_import_routes,
                               by_hand_routes,      page_routes,           webhook_kind_routes,
                               purge_routes,        receiver_routes,       sending_routes,
                               configuration_routes})
      rows.insert(rows.end(), of_room.begin(), of_room.end());
    return rows;
  }();
  return all;
}

const Route* find_route(const Target& target, std::string_view method) {
  const Route* found = nullptr;
  for (const auto& route : routes()) {
    if (!leads_to(route, target))
      continue;
    if (takes(route, method))
      return &route;
    if (!found)
      found = &route;
  }
  return found;
}

Api::Api(const GatewayOptions& options, const GatewayPorts& ports, const Counters& counters,
         const RefusedSignatures& refused_signatures)
    : options_(options), ports_(ports), counters_(counters),
      refused_signatures_(refused_signatures), access_(options),
      kinds_(std::make_unique<WebhookKinds>(ports.log, ports.clock)),
      actions_(std::make_unique<BulkActions>(BulkPorts{ports.clock, ports.log, ports.tables},
                                             [this](ApiRequest request, const Caller& caller) {
                                               request.route =
                                                   find_route(request.target, request.method);
                                               return answer_known(request, caller);
                                             })) {}

Status Api::resume_actions() {
  for (const auto& tenant : options_.tenants) {
    TRYV(actions_->resume(tenant));
  }
  return Done{};
}

Api::~Api() = default;

Answer Api::problem(const Problem& problem, const ApiRequest& request) const {
  return problem_answer(problem, request.request_id, ports_.clock.now());
}

Answer Api::answer(const ApiRequest& request) {
  const auto& parts = request.target.segments;
  const bool api = !parts.empty() && parts[0] == "api";
  if (api || (request.route && request.route->limited))
    return admit(request);
  if (!request.route)
    return problem({404, "not_found", "there is nothing at this path"}, request);
  return takes(*request.route, request.method) ? dispatch(request, {}) : other_method(request);
}

std::optional<Answer> Api::answer_probe(const ApiRequest& request) const {
  if (!request.route || !takes(*request.route, request.method))
    return std::nullopt;
  const auto* probe = std::get_if<Probe>(&request.route->handler);
  return probe ? std::optional((*probe)(ports_.health)) : std::nullopt;
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
  add_rate_headers(answer, grant.rate);
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
  const ApiContext api{options_, ports_,    counters_, refused_signatures_,
                       *kinds_,  *actions_, caller,    request};
  const auto& route = *request.route;
  if (const auto* answer = std::get_if<AnswerHandler>(&route.handler))
    return (*answer)(api);
  const auto json = std::get<JsonHandler>(route.handler)(api);
  return json ? json_answer(route.status, *json) : refusal(api, json.error());
}

} // namespace tidemark::gateway
