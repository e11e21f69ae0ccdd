#include "base/crypto.hpp"
#include "gateway/access/logins.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/api/store.hpp"
#include "gateway/credentials/access.hpp"

#include <algorithm>

// Sessions of browsers: a cookie that no script reads stands for the token.

namespace tidemark::gateway {
namespace {

constexpr Schema opened_schema{"browser_session",
                               {{text("name"), text("role"), text("tenant"), time("expires_at")}}};
constexpr Schema ended_schema{"browser_session_ended", {{text("status")}}};

Answer with_cookie(const ApiContext& api, const Json& told, std::string_view value,
                   Timestamp until) {
  const auto& request = api.request;
  const auto lasts = std::chrono::floor<std::chrono::seconds>(until - api.now());
  auto answer = json_answer(200, told);
  answer.headers.emplace_back(
      "Set-Cookie",
      set_session_cookie(value, lasts, is_plain_loopback(request.headers, request.client)));
  return answer;
}

Result<domain::ApiToken> let_in(const ApiContext& api, std::string_view sha256) {
  using enum AccessGrant::Fault;
  const auto page = api.access.page();
  const auto found = find_token(*page, sha256);
  const auto fault = found ? fault_of(*found, api.now()) : invalid;
  if (fault == invalid)
    return Error{"invalid_token", "Invalid token: it is not known here, or was revoked"};
  if (fault == expired)
    return Error{"token_expired", "Token expired: ask for a new one"};
  if (fault == disabled)
    return Error{"account_disabled", "Account is disabled: an admin may enable it again"};
  if (!found->token.installation) {
    TRYV(page->state.check_active(found->token.tenant));
  }
  return found->token;
}

Answer open_with_token(const ApiContext& api, std::string_view bearer) {
  const auto hash = sha256_hex(bearer);
  const auto token = let_in(api, hash);
  if (!token)
    return refusal(api, token.error());
  const auto until = std::min(token->expires_at.value_or(Timestamp::max()),
                              api.now() + Timestamp::duration(cookie_lasts));
  return with_cookie(api,
                     {{"name", token->name},
                      {"role", domain::name_of(token->role)},
                      {"tenant", token->tenant.value},
                      {"expires_at", to_rfc3339(until)}},
                     api.access.cookies().open(hash, until, api.now()), until);
}

Answer open_with_password(const ApiContext& api) {
  const auto session = log_in_with_password(api, cookie_lasts);
  if (const auto* refused = std::get_if<Answer>(&session))
    return *refused;
  const auto& granted = std::get<Json>(session);
  const auto value = granted["access_token"].get<std::string>();
  const auto token = let_in(api, sha256_hex(value));
  if (!token)
    return refusal(api, token.error());
  const auto until = token->expires_at.value_or(api.now());
  return with_cookie(api,
                     {{"name", token->name},
                      {"role", granted["role"]},
                      {"tenant", granted["tenant"]},
                      {"expires_at", to_rfc3339(until)}},
                     value, until);
}

Answer open_session(const ApiContext& api) {
  const auto& headers = api.request.headers;
  if (const auto foreign = refuse_foreign_page(headers))
    return problem_answer(*foreign, api.request.request_id, api.now());
  const auto token =
      bearer_token(connectors::only_header(headers, "authorization").value_or(std::string_view{}));
  return token.empty() ? open_with_password(api) : open_with_token(api, token);
}

/// Of a user the session itself ends; of a token only what the cookie stands for.
Answer end_session(const ApiContext& api) {
  const auto value = session_cookie(api.request.headers, api.request.client);
  if (value.empty())
    return refusal(api, {"no_session", "this request came with no session's cookie"});
  api.access.cookies().close(value);
  const auto page = api.access.page();
  if (!CookieBook::is_ours(value) && page->state.people.sessions.contains(api.caller.token)) {
    const auto ended = api.access.record_session(
        *page, api.tenant(),
        events::SessionEnded{api.caller.token, events::SessionEnd::logout, api.request.request_id});
    if (!ended)
      return refusal(api, ended.error());
  }
  return with_cookie(api, {{"status", "ended"}}, "", api.now());
}

constexpr Route for_browsers(Route row) {
  row.limited = true;
  row.hashes = true;
  return row;
}

constexpr Route session_rows[] = {
    for_browsers({"open_session", "POST", "/api/v1/session", Right::none, open_session,
                  &opened_schema, "", "email password", unreadable_so_nothing_stored}),
    {"end_session", "POST", "/api/v1/session/end", Right::known, end_session, &ended_schema, "", "",
     unreadable_so_nothing_stored},
};

} // namespace

constinit const Routes session_routes = session_rows;

} // namespace tidemark::gateway
