#include "gateway/access/logins.hpp"

#include "base/bytes.hpp"
#include "base/contains.hpp"
#include "base/crypto.hpp"
#include "gateway/access/accounts.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/api/store.hpp"
#include "gateway/credentials/access_book.hpp"
#include "gateway/http/tenant_host.hpp"

// Logging in and out, and the tokens that come of it.
namespace tidemark::gateway {
namespace {

using domain::User;

constexpr std::size_t session_token_bytes = 32, session_id_bytes = 8;

constexpr Schema session_schema{"session",
                                {{text("access_token"), time("expires_at"), text("refresh_token"),
                                  time("refresh_expires_at"), text("role"), text("tenant")}}};
constexpr Schema logged_out_schema{"logged_out", {{text("status"), integer("position")}}};

/// The named one, or the only one; not necessarily one that there is.
TenantId asked_tenant(const ApiContext& api) {
  const auto named = connectors::only_header(api.request.headers, "x-tenant-id");
  if (named)
    return TenantId(std::string(*named));
  if (auto host = tenant_of_host(
          connectors::only_header(api.request.headers, "host").value_or(std::string_view{}),
          api.options.tenant_domain);
      !host.empty())
    return TenantId(std::move(host));
  return api.options.tenants.size() == 1 ? api.options.tenants.front() : TenantId();
}

/// Both tokens anew.
Result<Json> grant_session(const ApiContext& api, const AccessBook::Page& decided_on,
                           const User& user, const std::string& session, bool renewed,
                           std::chrono::minutes lasts = domain::access_lasts) {
  const auto access = "tds_" + to_hex(random_bytes(session_token_bytes));
  const auto refresh = "tdr_" + to_hex(random_bytes(session_token_bytes));
  const auto now = api.now();
  const events::SessionGranted granted{.session = session,
                                       .user = user.id,
                                       .renewed = renewed,
                                       .access_sha256 = sha256_hex(access),
                                       .access_until = now + lasts,
                                       .refresh_sha256 = sha256_hex(refresh),
                                       .refresh_until = now + domain::refresh_lasts,
                                       .client = api.request.client,
                                       .request_id = api.request.request_id};
  TRYV(api.access.record_session(decided_on, user.tenant, granted));
  return Json{{"access_token", access},
              {"expires_at", to_rfc3339(granted.access_until)},
              {"refresh_token", refresh},
              {"refresh_expires_at", to_rfc3339(granted.refresh_until)},
              {"role", domain::name_of(user.role)},
              {"tenant", user.tenant.value}};
}

/// What is told only to whoever has shown to be the user.
Status check_open(const AccessBook::Page& page, const User& user) {
  if (!user.enabled)
    return Error{"account_disabled", "Account is disabled: an admin may enable it again"};
  return page.state.check_active(user.tenant);
}

Answer told_to_wait(const ApiContext& api, const domain::LoginGuard::Wait& wait) {
  const auto until = to_rfc3339(wait.until);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait.until - api.now()).count();
  const Json details{{"locked_until", wait.locked ? Json(until) : Json()}};
  auto answer = problem_answer(
      {429, wait.locked ? "account_locked" : "too_many_logins",
       wait.locked ? "too many wrong passwords came from your network: this account is locked for "
                     "it until "
                         + until
                   : std::string("too many wrong passwords came for this account; try again in a "
                                 "second"),
       details.dump()},
      api.request.request_id, api.now());
  answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  return answer;
}

Result<Json> log_in_as(const ApiContext& api, const TenantId& tenant, const std::string& email,
                       const std::string& password, std::chrono::minutes lasts) {
  const auto before = api.access.page();
  const auto* known = before->state.people.find(tenant, email);
  const auto hash = known ? known->password_hash : std::string();
  const bool in = api.access.logins().try_password(account_name(tenant, email), api.request.client,
                                                   hash, password, api.now());
  const auto page = api.access.page(); // hashing takes a while
  const auto* user = page->state.people.find(tenant, email);
  if (!in || !user || !equal_constant_time(user->password_hash, hash))
    return Error{"invalid_credentials", "Invalid credentials: no user has this e-mail address and "
                                        "password here"};
  TRYV(check_open(*page, *user));
  return grant_session(api, *page, *user, "ses_" + to_hex(random_bytes(session_id_bytes)), false,
                       lasts);
}

Answer log_in(const ApiContext& api) {
  const auto session = log_in_with_password(api, domain::access_lasts);
  if (const auto* refused = std::get_if<Answer>(&session))
    return *refused;
  return json_answer(200, std::get<Json>(session));
}

Result<Json> refresh_session(const ApiContext& api) {
  using enum domain::RefreshVerdict;
  TRY(body, api.body());
  TRY(token, body.text("refresh_token", {"bad_refresh_token", "refresh_token is missing"}));
  const auto page = api.access.page();
  const auto& people = page->state.people;
  const auto looked = domain::look_at_refresh(people, sha256_hex(token), api.now());
  if (looked.verdict == disabled)
    return Error{"account_disabled", "Account is disabled: an admin may enable it again"};
  if (looked.verdict == expired)
    return Error{"token_expired", "Token expired: log in again"};
  if (looked.verdict == unknown)
    return Error{"invalid_token", "Invalid token: log in again"};
  const auto user = people.users.find(looked.session->user);
  if (user == people.users.end())
    return Error{"invalid_token", "Invalid token: log in again"};
  const auto& tenant = user->second.tenant;
  if (looked.verdict == used_before) { // by whoever stole it, or by its owner after the thief
    TRYV(api.access.record_session(*page, tenant,
                                   events::SessionEnded{looked.session->id,
                                                        events::SessionEnd::refresh_used_twice,
                                                        api.request.request_id}));
    return Error{"invalid_token", "Invalid token: it was used before, so the session has ended; "
                                  "log in again"};
  }
  TRYV(check_open(*page, user->second));
  return grant_session(api, *page, user->second, looked.session->id, true);
}

Result<Json> log_out(const ApiContext& api) {
  const auto page = api.access.page();
  if (!page->state.people.sessions.contains(api.caller.token))
    return Error{"no_session", "this token is of no session; an admin may revoke it"};
  TRY(position,
      api.access.record_session(*page, api.tenant(),
                                events::SessionEnded{api.caller.token, events::SessionEnd::logout,
                                                     api.request.request_id}));
  return Json{{"status", "logged_out"}, {"position", position.value}};
}

constexpr Route open_to_all(Route row, bool hashes) {
  row.limited = true;
  row.hashes = hashes;
  return row;
}

constexpr Route login_rows[] = {
    open_to_all({"login", "POST", "/api/v1/auth/login", Right::none, log_in, &session_schema, "",
                 "email password"},
                true),
    open_to_all({"refresh", "POST", "/api/v1/auth/refresh", Right::none, refresh_session,
                 &session_schema, "", "refresh_token", unreadable_so_nothing_stored},
                true),
    {"logout", "POST", "/api/v1/auth/logout", Right::known, log_out, &logged_out_schema, "", "",
     unreadable_so_nothing_stored},
};

} // namespace

/// The same work and words whether there is such a user or not (threat 5).
std::variant<Json, Answer> log_in_with_password(const ApiContext& api, std::chrono::minutes lasts) {
  const auto body = api.body();
  if (!body)
    return refusal(api, body.error());
  const auto tenant = asked_tenant(api);
  if (tenant.value.empty())
    return refusal(api,
                   {"tenant_required", "tenant identification required: name one in X-Tenant-ID"});
  const auto email = domain::user_name(body->text("email"));
  if (!email)
    return refusal(api, email.error());
  if (const auto wait =
          api.access.logins().wait(account_name(tenant, *email), api.request.client, api.now()))
    return told_to_wait(api, *wait);
  auto session = log_in_as(api, tenant, *email, body->text("password"), lasts);
  if (!session)
    return refusal(api, session.error());
  return *std::move(session);
}

constinit const Routes login_routes = login_rows;

} // namespace tidemark::gateway
