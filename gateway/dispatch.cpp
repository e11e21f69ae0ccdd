#include "gateway/dispatch.hpp"

#include "base/contains.hpp"
#include "base/text/joined.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/actions/bulk_actions.hpp"
#include "gateway/actions/routes.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/api/table_scan.hpp"
#include "gateway/consent/routes.hpp"
#include "gateway/console/routes.hpp"
#include "gateway/contacts/routes.hpp"
#include "gateway/delivery/routes.hpp"
#include "gateway/events/routes.hpp"
#include "gateway/find/routes.hpp"
#include "gateway/http/tenant_host.hpp"
#include "gateway/identity/routes.hpp"
#include "gateway/imports/routes.hpp"
#include "gateway/intake/routes.hpp"
#include "gateway/lists/routes.hpp"
#include "gateway/openapi/routes.hpp"
#include "gateway/operations/routes.hpp"
#include "gateway/operations/webhook_kinds.hpp"
#include "gateway/outages/routes.hpp"
#include "gateway/page/routes.hpp"
#include "gateway/queues/routes.hpp"
#include "gateway/secrets/routes.hpp"
#include "gateway/upkeep/routes.hpp"

#include <fmt/format.h>

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

/// Nothing but its cookie says who asks.
bool has_cookie_alone(const ApiRequest& request) {
  return connectors::count_header(request.headers, "authorization") == 0
         && connectors::count_header(request.headers, "x-api-key") == 0;
}

/// Of Authorization, or where that is missing of X-API-Key, or of the cookie.
std::string_view presented_token(const ApiRequest& request) {
  if (connectors::count_header(request.headers, "authorization") > 0)
    return bearer_token(
        connectors::only_header(request.headers, "authorization").value_or(std::string_view{}));
  if (has_cookie_alone(request))
    return session_cookie(request.headers, request.client);
  return connectors::only_header(request.headers, "x-api-key").value_or(std::string_view{});
}

/// A token that is renewed on demand is a change, though a GET asks for it.
bool changes_nothing(const ApiRequest& request) {
  if (request.target.has("refresh"))
    return false;
  return request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
}

constexpr std::size_t tenants_named_max = 20;

bool needs_no_tenant(const Route* route) {
  return route && (route->installation || route->any_tenant);
}

/// In X-Tenant-ID, or by the host; two different names name none that there is.
TenantId named_tenant_of(const ApiRequest& request, std::string_view domain) {
  const auto header = connectors::only_header(request.headers, "x-tenant-id");
  auto host = tenant_of_host(
      connectors::only_header(request.headers, "host").value_or(std::string_view{}), domain);
  if (!header)
    return TenantId(std::move(host));
  return TenantId(host.empty() || host == *header ? std::string(*header) : "?");
}

/// Changes nothing but who is known to have looked.
bool only_looks(const Route& route) {
  constexpr domain::Rights looks{Right::known, Right::read, Right::see_people, Right::reveal,
                                 Right::audit};
  return looks.has(route.right);
}

} // namespace

Routes routes() {
  static const auto all = [] {
    std::vector<Route> rows;
    for (const auto of_room : {webhook_routes,        health_routes,
                               contact_import_routes, message_import_routes,
                               contact_routes,        contact_state_routes,
                               merge_routes,          conflict_routes,
                               mapping_routes,        repair_routes,
                               delivery_routes,       retry_routes,
                               event_routes,          quarantine_routes,
                               reprocess_routes,      refused_signature_routes,
                               action_routes,         people_routes,
                               opt_out_routes,        statement_routes,
                               call_allowance_routes, review_routes,
                               list_routes,           rebuild_routes,
                               connector_routes,      alert_routes,
                               backfill_routes,       local_routes,
                               reveal_routes,         message_routes,
                               opt_out_import_routes, by_hand_routes,
                               page_routes,           webhook_kind_routes,
                               token_routes,          tenant_routes,
                               login_routes,          user_routes,
                               purge_routes,          receiver_routes,
                               sending_routes,        configuration_routes,
                               openapi_routes,        may_send_routes,
                               compliance_routes,     explain_routes,
                               queue_routes,          overdue_routes,
                               service_level_routes,  log_level_routes,
                               find_routes,           store_key_routes,
                               credential_routes,     session_routes,
                               console_routes,        limit_routes,
                               restored_routes,       table_routes,
                               outage_note_routes,    tenant_setting_routes,
                               agent_flag_routes,     connector_test_routes,
                               profile_routes})
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
      refused_signatures_(refused_signatures), book_(options, ports.log), access_(options, book_),
      kinds_(std::make_unique<WebhookKinds>(ports.log, ports.clock)),
      actions_(std::make_unique<BulkActions>(
          BulkPorts{ports.clock, ports.log, ports.tables, ports.hasher,
                    [this](const TenantId& tenant) {
                      return std::string(options_now(options_, ports_)->default_region(tenant));
                    }},
          [this](ApiRequest request, const Caller& caller) {
            request.route = find_route(request.target, request.method);
            return answer_known(request, caller);
          })) {}

Status Api::resume_actions() {
  TRYV(book_.refresh());
  const auto options = options_now(options_, ports_);
  for (const auto& tenant : options->tenants) {
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
  if (route && route->right == Right::none)
    return dispatch(request, {});
  if (!grant.token)
    return refuse_token(request, grant.fault);
  if (has_cookie_alone(request) && !changes_nothing(request))
    if (const auto foreign = refuse_foreign_page(request.headers))
      return problem(*foreign, request);
  const auto caller = caller_of(request, *grant.token);
  if (const auto* refused = std::get_if<Problem>(&caller))
    return problem(*refused, request);
  if (auto closed = refuse_suspended(std::get<Caller>(caller), request))
    return *std::move(closed);
  if (!route)
    return problem({404, "not_found", "there is nothing at this path"}, request);
  return answer_known(request, std::get<Caller>(caller));
}

bool Api::is_suspended(const TenantId& tenant) const {
  return book_.page()->state.suspension(tenant) != nullptr;
}

/// Its own people find a suspended tenant closed; those of the installation look, and let it work
/// again.
std::optional<Answer> Api::refuse_suspended(const Caller& caller, const ApiRequest& request) const {
  const auto page = book_.page();
  const auto* route = request.route;
  const bool may = caller.is_for_all() && (!route || route->installation || only_looks(*route));
  const auto active = page->state.check_active(caller.tenant);
  if (active || may)
    return std::nullopt;
  return problem({403, active.error().code, active.error().text}, request);
}

Answer Api::refuse_token(const ApiRequest& request, AccessGrant::Fault fault) const {
  if (fault == AccessGrant::Fault::expired)
    return problem({401, "token_expired", "Token expired: ask for a new one"}, request);
  if (fault == AccessGrant::Fault::disabled)
    return problem({403, "account_disabled", "Account is disabled: an admin may enable it again"},
                   request);
  if (fault == AccessGrant::Fault::invalid)
    return problem({401, "invalid_token", "Invalid token: it is not known here, or was revoked"},
                   request);
  return problem({401, "unauthorized", "send Authorization: Bearer with a valid token"}, request);
}

Answer Api::refuse_right(const ApiRequest& request, const Caller& caller) const {
  const auto roles = domain::roles_with(request.route->right);
  const Json details{{"role", domain::name_of(caller.role)}, {"roles", roles}};
  const auto who = roles.empty() ? std::string("only programs on the service's own machine may")
                                 : "these may: " + joined(roles, ", ");
  return problem({403, "forbidden",
                  fmt::format("the role {} may not do this; {}", domain::name_of(caller.role), who),
                  details.dump()},
                 request);
}

/// The answer to a caller whose role is known; `request.route` is not null.
Answer Api::answer_known(const ApiRequest& request, const Caller& caller) const {
  const auto* route = request.route;
  if (!may_use(caller, *route))
    return refuse_right(request, caller);
  if (route->installation && !caller.is_for_all())
    return problem({403, "installation_token_needed",
                    "this is for the whole installation: use a token of it, or the command on the "
                    "service's machine"},
                   request);
  if (const auto name = unknown_parameter(*route, request.target); !name.empty())
    return problem(
        {400, "bad_query",
         "there is no parameter '" + std::string(name) + "' here; "
             + (route->parameters.empty() ? "this path takes none"
                                          : "there are: " + std::string(route->parameters)),
         Json{{"field", name}}.dump()},
        request);
  return dispatch(request, caller);
}

void Api::add_rate(Answer& answer, const ApiRequest& request) const {
  add_rate_headers(answer, access_.rate_of(request.client, ports_.clock.now()));
}

Answer Api::admit(const ApiRequest& request) {
  const auto grant = access_.check(presented_token(request), request.client, ports_.clock.now());
  auto answer = decide(request, grant);
  if (grant.retry_after > 0)
    answer.headers.emplace_back("Retry-After", std::to_string(grant.retry_after));
  if (answer.status == 401)
    answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  add_rate_headers(answer, grant.rate);
  return answer;
}

/// For whom: its own tenant, and no other's; of a token of the installation the named one.
std::variant<Caller, Problem> Api::caller_of(const ApiRequest& request,
                                             const domain::ApiToken& token) const {
  Caller caller{token.role,
                token.tenant,
                token.name,
                token.id,
                token.installation,
                token.routes,
                token.of_session ? std::nullopt : token.expires_at};
  const auto options = options_now(options_, ports_);
  const auto& tenants = options->tenants;
  const TenantId asked = named_tenant_of(request, options->tenant_domain);
  const bool no_tenant = token.installation && needs_no_tenant(request.route);
  if (token.installation)
    caller.tenant = !asked.value.empty() || tenants.size() != 1 ? asked : tenants.front();
  if (caller.tenant.value.empty() && !no_tenant)
    return token.installation ? Problem{400, "tenant_required",
                                        "tenant identification required: name one in X-Tenant-ID"}
                              : Problem{403, "token_without_tenant",
                                        "this token names no tenant; configure one for it"};
  if (caller.role == Role::none)
    return Problem{403, "token_without_role", "this token has no known role; configure one for it"};
  if (options->ended.contains(caller.tenant) && (asked.value.empty() || asked == caller.tenant)
      && !(token.installation && request.route && only_looks(*request.route)))
    return Problem{403, "tenant_deleted",
                   "the tenant " + caller.tenant.value
                       + " is not active: it was deleted. What is recorded of it is read with a "
                         "token of the installation"};
  const bool known = caller.tenant.value.empty() || contains(tenants, caller.tenant)
                     || options->ended.contains(caller.tenant);
  if (!known || (!asked.value.empty() && asked != caller.tenant))
    return Problem{404, "tenant_not_found", "there is no such tenant; ensure you have access"};
  return caller;
}

Result<Caller> Api::local_caller(const ApiRequest& request) const {
  const auto options = options_now(options_, ports_);
  const auto& tenants = options->tenants;
  TenantId tenant{std::string(
      connectors::only_header(request.headers, "x-tidemark-tenant").value_or(std::string_view{}))};
  if (tenant.value.empty() && tenants.size() == 1)
    tenant = tenants.front();
  const bool no_tenant = tenant.value.empty() && needs_no_tenant(request.route);
  const bool looks = options->ended.contains(tenant) && only_looks(*request.route);
  if (no_tenant || looks || contains(tenants, tenant))
    return Caller{Role::local, tenant, "uid " + std::to_string(*request.local_user)};
  std::string known;
  for (std::size_t i = 0; i < tenants.size() && i < tenants_named_max; ++i)
    known += (known.empty() ? "" : ", ") + tenants[i].value;
  if (tenants.size() > tenants_named_max)
    known += " and " + std::to_string(tenants.size() - tenants_named_max) + " more";
  return Error{"bad_usage", "say which tenant with --tenant; the service has: " + known};
}

Answer Api::answer_local(const ApiRequest& request) const {
  if (!request.route)
    return problem({404, "not_found", "the service has no such request: use tools of its version"},
                   request);
  if (!takes(*request.route, request.method))
    return other_method(request);
  if (request.route->right == Right::none)
    return dispatch(request, {});
  const auto caller = local_caller(request);
  if (!caller)
    return problem({400, caller.error().code, caller.error().text}, request);
  return answer_known(request, *caller);
}

void Api::record_reads(bool all) {
  for (auto& append : reads_.due(ports_.clock.now(), all))
    storage::append_unheard(ports_.log, std::move(append));
}

/// Only ids are kept: what else stands in a path may be somebody's number.
void Api::note_read(const Route& route, const ApiRequest& request, const Caller& caller) const {
  constexpr auto of_nobody = words("actions", "action", "alerts", "connectors", "queues", "overdue",
                                   "sla", "receivers", "webhook_kinds", "tenants", "contact_import",
                                   "message_import", "opt_out_import", "mapping_repair");
  if (route.right != Right::read || !caller.sees_personal_data() || contains(of_nobody, route.name))
    return;
  std::string_view subject;
  if (route.path.find("{id}") != std::string_view::npos
      || route.path.find("{position}") != std::string_view::npos)
    subject = request.target.segments.size() > 3 ? request.target.segments[3] : std::string_view();
  reads_.note(caller.tenant, caller.name, route.name, subject, ports_.clock.now());
}

Answer Api::dispatch(const ApiRequest& request, const Caller& caller) const {
  const auto options = options_now(options_, ports_);
  const ApiContext api{*options, ports_,    counters_, refused_signatures_,
                       *kinds_,  *actions_, book_,     access_,
                       routes(), caller,    request};
  const auto& route = *request.route;
  if (const auto* handler = std::get_if<AnswerHandler>(&route.handler)) {
    auto answer = (*handler)(api);
    if (answer.status == 200)
      note_read(route, request, caller);
    return answer;
  }
  const auto json = std::get<JsonHandler>(route.handler)(api);
  if (json)
    note_read(route, request, caller);
  return json ? json_answer(route.status, *json) : refusal(api, json.error());
}

} // namespace tidemark::gateway
