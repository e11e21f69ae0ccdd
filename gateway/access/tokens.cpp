#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/joined.hpp"
#include "events/format/tags.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/store.hpp"
#include "gateway/credentials/access_book.hpp"

#include <algorithm>
#include <set>

// Tokens of the API: made, listed and revoked while the service runs.
namespace tidemark::gateway {
namespace {

using domain::ApiToken;

constexpr std::size_t token_bytes = 32, token_id_bytes = 6, last_shown = 4;

/// Of routes that a token of the role `api` cannot list.
constexpr domain::Rights never_listed{Right::audit, Right::administer, Right::reveal, Right::local};

constexpr Schema made_schema{
    "token_made",
    {{text("id"), text("token"), text("last_four"), text("name"), text("role"),
      list(text("routes")), nullable(text("tenant")), boolean("installation"),
      nullable(time("expires_at")), integer("position"), optional(text("note"))}}};
constexpr Schema token_schema{
    "token",
    {{text("id"), text("name"), text("role"), list(text("routes")), nullable(text("tenant")),
      boolean("installation"), nullable(text("last_four")), text("source"), text("state"),
      nullable(time("expires_at")), nullable(time("created_at")), nullable(text("created_by")),
      nullable(time("revoked_at"))}}};
constexpr Schema own_schema{"own_token",
                            {{text("name"), nullable(text("last_four")), text("source"),
                              nullable(time("expires_at")), optional(text("role")), text("tenant"),
                              optional(boolean("installation")), optional(text("connector")),
                              optional(nullable(text("key_id"))), optional(boolean("refreshed"))}}};
constexpr Schema revoked_schema{"token_revoked",
                                {{text("status"), integer("position"), text("id")}}};

domain::Grantor grantor_of(const Caller& caller) {
  return {caller.role, caller.is_for_all(), caller.expires_at};
}

std::string_view source_of(const ApiToken* token) {
  if (!token)
    return "machine"; // its programs have none
  if (token->of_session)
    return "login";
  return token->from_file ? "file" : "log";
}

/// With which a caller came; nothing of programs of this machine.
std::optional<ApiToken> own_token(const ApiContext& api) {
  const auto page = api.access.page();
  const auto& state = page->state;
  if (const auto found = state.tokens.find(api.caller.token); found != state.tokens.end())
    return found->second;
  const auto session = state.people.sessions.find(api.caller.token);
  if (session == state.people.sessions.end())
    return std::nullopt;
  const auto user = state.people.users.find(session->second.user);
  return user == state.people.users.end() ? std::nullopt
                                          : std::optional(as_token(session->second, user->second));
}

Json token_json(const ApiToken& token, Timestamp now) {
  return {{"id", token.id},
          {"name", token.name},
          {"role", domain::name_of(token.role)},
          {"routes", token.routes},
          {"tenant", or_null(token.tenant.value)},
          {"installation", token.installation},
          {"last_four", or_null(token.last_four)},
          {"source", source_of(&token)},
          {"state", name_of(state_of(token, now))},
          {"expires_at", or_null(token.expires_at)},
          {"created_at", or_null(token.created_at)},
          {"created_by", or_null(token.created_by)},
          {"revoked_at", or_null(token.revoked_at)}};
}

bool may_be_listed(const Route& route) {
  return route.right != Right::none && !never_listed.has(route.right) && !route.installation;
}

std::set<std::string_view> listable(Routes all) {
  std::set<std::string_view> out;
  for (const auto& route : all)
    if (may_be_listed(route))
      out.insert(route.name);
  return out;
}

/// What a token of the role `api` is for.
Result<std::vector<std::string>> listed_routes(Routes all, const Body& body, Role role) {
  std::vector<std::string> out;
  for (const auto& name : body["routes"].items()) {
    const std::string asked(name.text().value_or(std::string_view{}));
    const auto found = std::ranges::find(all, asked, &Route::name);
    if (found == all.end() || found->right == Right::none)
      return Error{"bad_routes", "there is no route '" + asked
                                     + "' that asks for a token; there are "
                                     + joined(listable(all), ", ")};
    if (!may_be_listed(*found))
      return Error{"bad_routes", "no token of the role api may use the route " + asked};
    out.push_back(asked);
  }
  if ((role == Role::api) == out.empty())
    return Error{"bad_routes", "routes names what a token of the role api may use, and no other "
                               "role has them"};
  return out;
}

Result<std::optional<Timestamp>> end_of(const Body& body) {
  const auto said = body.text("expires_at");
  const auto at = from_rfc3339(said);
  if (said.empty() && !body["expires_at"].stated())
    return std::optional<Timestamp>();
  if (!at)
    return Error{"bad_expires_at", "expires_at is no time; write it as 2026-12-31T23:59:59Z"};
  return at;
}

Result<ApiToken> wish_of(const ApiContext& api, const Body& body) {
  ApiToken wish;
  wish.name = body.text("name");
  wish.role = domain::role_named(body.text("role"));
  if (wish.role == Role::none)
    return Error{"bad_role", "role is viewer, agent, manager, operator, auditor, admin or api"};
  TRY(routes, listed_routes(api.routes, body, wish.role));
  wish.routes = std::move(routes);
  TRY(installation,
      body.flag("installation", {"bad_installation", "installation is true or false"}));
  wish.installation = installation;
  TRY(end, end_of(body));
  wish.expires_at = end;
  if (!installation && api.tenant().value.empty())
    return Error{"tenant_required", "tenant identification required: say whose token it is, or "
                                    "make one of the installation"};
  if (!installation)
    wish.tenant = api.tenant();
  return wish;
}

events::ApiTokenCreated made_event(const ApiToken& wish, const std::string& secret) {
  return {.id = wish.id,
          .token_name = wish.name,
          .role = wish.role,
          .routes = wish.routes,
          .installation = wish.installation,
          .token_sha256 = sha256_hex(secret),
          .last_four = secret.substr(secret.size() - last_shown),
          .expires_at = wish.expires_at,
          .reason = {},
          .by = {},
          .request_id = {}};
}

Result<Json> create_token(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(wish, wish_of(api, body));
  const auto page = api.access.page();
  TRYV(domain::check_grant(grantor_of(api.caller), wish, api.now()));
  TRYV(domain::check_name(page->state, wish, api.now()));
  wish.id = "tok_" + to_hex(random_bytes(token_id_bytes));
  const auto secret = "tdm_" + to_hex(random_bytes(token_bytes));
  auto event = asked(api, std::move(reason), made_event(wish, secret));
  const auto last_four = event.last_four;
  TRY(position,
      api.access.record(*page, wish.installation ? events::installation_tenant() : api.tenant(),
                        std::move(event)));
  Json out{{"id", wish.id},
           {"token", secret},
           {"last_four", last_four},
           {"name", wish.name},
           {"role", domain::name_of(wish.role)},
           {"routes", wish.routes},
           {"tenant", or_null(wish.tenant.value)},
           {"installation", wish.installation},
           {"expires_at", or_null(wish.expires_at)},
           {"position", position.value}};
  if (page->state.suspension(wish.tenant))
    out["note"] = "the tenant is suspended: the token works once the tenant is resumed";
  return out;
}

/// Those of the tenant, and of the installation to whom has one; to who asks for no tenant all.
bool is_listed(const ApiContext& api, const ApiToken& token) {
  if (token.installation || api.tenant().value.empty())
    return api.caller.is_for_all();
  return token.tenant == api.tenant();
}

Result<Json> list_tokens(const ApiContext& api) {
  TRY(limit, api.limit(100));
  const auto page = api.access.page();
  auto items = Json::array();
  std::string next;
  for (auto at = page->state.tokens.upper_bound(std::string(api.param("after")));
       at != page->state.tokens.end(); ++at) {
    const auto& token = at->second;
    if (!is_listed(api, token))
      continue;
    if (items.size() == limit)
      return list_json(std::move(items), or_null(next));
    items.push_back(token_json(token, api.now()));
    next = token.id;
  }
  return list_json(std::move(items));
}

Result<Json> revoke_token(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  const auto& id = api.segment("id");
  const auto page = api.access.page();
  TRYV(domain::check_revoke(page->state, grantor_of(api.caller), api.tenant(), id));
  const bool for_all = page->state.tokens.at(id).installation;
  TRY(position,
      api.access.record(*page, for_all ? events::installation_tenant() : api.tenant(),
                        asked(api, std::move(reason), events::ApiTokenRevoked{id, {}, {}, {}})));
  return Json{{"status", "revoked"}, {"position", position.value}, {"id", id}};
}

/// The one that requests to the system are made with: of its account, else the setting `token`.
std::optional<SecretFact> token_in_use(const ApiContext& api, const ConnectorName& connector) {
  std::optional<SecretFact> found;
  const auto all =
      api.ports.secrets ? api.ports.secrets->secrets_of(api.tenant()) : std::vector<SecretFact>();
  for (const auto& one : all) {
    const bool fixed = one.kind == "connector" && one.name == "token" && one.state == "in_use";
    const bool renewed = one.kind == "account" && one.name == "access_token";
    if (one.connector == connector && (renewed || (fixed && !found)))
      found = one;
  }
  return found;
}

/// A forced renewal spends the refresh token and may lock others out, so reading is not enough.
Result<bool> refreshed(const ApiContext& api, const ConnectorName& connector) {
  const auto asked = api.param("refresh");
  if (asked.empty() || asked == "false")
    return false;
  if (asked != "true")
    return Error{"bad_refresh", "refresh is true or false"};
  if (!domain::rights_of(api.caller.role).has(Right::operate))
    return Error{"operator_needed", "to have a token renewed takes the role operator or admin"};
  if (!api.ports.renew_account)
    return Error{"not_renewed", "this service renews no tokens"};
  TRYV(api.ports.renew_account(api.tenant(), connector, api.caller.name, api.request.request_id));
  return true;
}

/// What may be known of the token that a connector's requests are made with.
Result<Json> show_connector_token(const ApiContext& api, const ConnectorName& connector) {
  if (!domain::rights_of(api.caller.role).has(Right::read))
    return Error{"operator_needed", "to see a connector's token takes a role that reads"};
  if (!api.source(connector))
    return Error{"not_found", "there is no such connector; GET /api/v1/connectors lists them"};
  TRY(renewed, refreshed(api, connector));
  const auto token = token_in_use(api, connector);
  if (!token)
    return Error{"not_found", "the connector has no token, or its account is not connected"};
  return Json{{"name", token->name},
              {"last_four", or_null(token->last_four)},
              {"source", token->kind == "account" ? "account" : token->source},
              {"expires_at", or_null(token->ends_at)},
              {"tenant", api.tenant().value},
              {"connector", connector.value},
              {"key_id", or_null(token->key_id)},
              {"refreshed", renewed}};
}

/// What a caller may know of its own token, or of a connector's.
Result<Json> show_token(const ApiContext& api) {
  if (const auto connector = api.param("connector"); !connector.empty())
    return show_connector_token(api, ConnectorName(std::string(connector)));
  if (!api.param("refresh").empty())
    return Error{"bad_refresh", "refresh is for the token of a connector: name one"};
  const auto token = own_token(api);
  return Json{{"name", api.caller.name},
              {"last_four", token ? or_null(token->last_four) : Json()},
              {"source", source_of(token ? &*token : nullptr)},
              {"expires_at", token ? or_null(token->expires_at) : Json()},
              {"role", domain::name_of(api.caller.role)},
              {"tenant", api.tenant().value},
              {"installation", api.caller.installation}};
}

/// Those of the installation have none.
constexpr Route of_any_tenant(Route row) {
  row.any_tenant = true;
  return row;
}

constexpr Route token_rows[] = {
    of_any_tenant({"tokens", "GET", "/api/v1/tokens", Right::audit, list_tokens,
                   &list_of<token_schema>, "limit after"}),
    of_any_tenant({"create_token", "POST", "/api/v1/tokens", Right::administer, create_token,
                   &made_schema, "", "name role routes installation expires_at reason",
                   unreadable_so_nothing_stored, 201}),
    of_any_tenant({"revoke_token", "POST", "/api/v1/tokens/{id}/revoke", Right::administer,
                   revoke_token, &revoked_schema, "", "reason", unreadable_so_nothing_stored}),
    {"own_token", "GET", "/api/v1/auth/token", Right::known, show_token, &own_schema,
     "connector refresh"},
    {.name = "own_token",
     .method = "GET",
     .path = "/auth/token",
     .right = Right::known,
     .handler = show_token,
     .answer = &own_schema,
     .parameters = "connector refresh",
     .limited = true},
};

} // namespace

constinit const Routes token_routes = token_rows;

} // namespace tidemark::gateway
