#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "gateway/access/accounts.hpp"
#include "gateway/access/routes.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/store.hpp"
#include "gateway/credentials/access_book.hpp"

// People who may log in: made, listed, let in and kept out while the service runs.
namespace tidemark::gateway {
namespace {

using domain::User;

constexpr std::size_t user_id_bytes = 6, password_bytes = 12;

constexpr Schema user_schema{
    "user",
    {{text("id"), text("email"), text("role"), text("state"), nullable(time("locked_until")),
      time("created_at"), text("created_by")}}};
constexpr Schema user_made_schema{
    "user_made",
    {{text("id"), text("email"), text("role"), nullable(text("password")), integer("position")}}};
constexpr Schema user_changed_schema{
    "user_changed", {{text("id"), text("state"), nullable(text("password")), integer("position")}}};

Json user_json(const ApiContext& api, const User& user) {
  return {{"id", user.id},
          {"email", user.email},
          {"role", domain::name_of(user.role)},
          {"state", user.enabled ? "enabled" : "disabled"},
          {"locked_until", or_null(api.access.logins().locked_until(
                               account_name(user.tenant, user.email), api.now()))},
          {"created_at", to_rfc3339(user.created_at)},
          {"created_by", user.created_by}};
}

Result<Json> list_users(const ApiContext& api) {
  TRY(limit, api.limit(100));
  const auto page = api.access.page();
  const auto& users = page->state.people.users;
  auto items = Json::array();
  for (auto at = users.upper_bound(std::string(api.param("after"))); at != users.end(); ++at) {
    if (at->second.tenant != api.tenant())
      continue;
    if (items.size() == limit)
      return list_json(std::move(items), items.back()["id"]);
    items.push_back(user_json(api, at->second));
  }
  return list_json(std::move(items));
}

/// The one that was given, or a new one.
Result<std::string> new_password(const Body& body) {
  auto given = body.text("password");
  if (!body["password"].stated())
    return to_hex(random_bytes(password_bytes));
  TRYV(domain::check_password(given));
  return given;
}

/// Null where the caller knows it.
Json shown_password(const Body& body, const std::string& password) {
  return body["password"].stated() ? Json() : Json(password);
}

/// Nobody makes or lets in users who may do more than he may.
Status check_role(const ApiContext& api, Role role) {
  domain::ApiToken as_token;
  as_token.role = role;
  as_token.tenant = api.tenant();
  return domain::check_grant({api.caller.role, api.caller.is_for_all(), api.caller.expires_at},
                             as_token, api.now());
}

Result<Json> create_user(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(email, domain::user_name(body.text("email")));
  const auto role = domain::role_named(body.text("role"));
  if (role == Role::none || role == Role::api)
    return Error{"bad_role", "role is viewer, agent, manager, operator, auditor or admin"};
  TRYV(check_role(api, role));
  const auto page = api.access.page();
  if (page->state.people.find(api.tenant(), email))
    return Error{"user_exists", "there is a user of this e-mail address already"};
  TRY(password, new_password(body));
  const auto id = "usr_" + to_hex(random_bytes(user_id_bytes));
  TRY(position,
      api.access.record(*page, api.tenant(),
                        asked(api, std::move(reason),
                              events::UserCreated{.id = id,
                                                  .email = PiiText(email),
                                                  .role = role,
                                                  .password_hash = hash_password(password),
                                                  .reason = {},
                                                  .by = {},
                                                  .request_id = {}})));
  return Json{{"id", id},
              {"email", email},
              {"role", domain::name_of(role)},
              {"password", shown_password(body, password)},
              {"position", position.value}};
}

/// By id or e-mail address.
Result<User> named_user(const ApiContext& api, const domain::UserBook& people) {
  const auto& name = api.segment("id");
  const auto by_id = people.users.find(name);
  const auto email = domain::user_name(name);
  const auto* user = by_id != people.users.end() ? &by_id->second
                     : email                     ? people.find(api.tenant(), *email)
                                                 : nullptr;
  if (!user || user->tenant != api.tenant())
    return Error{"not_found", "there is no such user; ensure you have access"};
  return *user;
}

template <class Event>
Result<Json> set_enabled(const ApiContext& api, bool enabled) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  const auto page = api.access.page();
  TRY(user, named_user(api, page->state.people));
  TRYV(check_role(api, user.role));
  if (user.enabled == enabled)
    return Error{"already_so",
                 enabled ? "this user is enabled already" : "this user is disabled already"};
  TRY(position, api.access.record(*page, api.tenant(),
                                  asked(api, std::move(reason), Event{user.id, {}, {}, {}})));
  return Json{{"id", user.id},
              {"state", enabled ? "enabled" : "disabled"},
              {"password", nullptr},
              {"position", position.value}};
}

Result<Json> set_password(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  const auto page = api.access.page();
  TRY(user, named_user(api, page->state.people));
  TRYV(check_role(api, user.role));
  TRY(password, new_password(body));
  TRY(position, api.access.record(
                    *page, api.tenant(),
                    asked(api, std::move(reason),
                          events::UserPasswordSet{user.id, hash_password(password), {}, {}, {}})));
  return Json{{"id", user.id},
              {"state", user.enabled ? "enabled" : "disabled"},
              {"password", shown_password(body, password)},
              {"position", position.value}};
}

constexpr Route hashing(Route row) {
  row.hashes = true;
  return row;
}

constexpr Route user_rows[] = {
    {"users", "GET", "/api/v1/users", Right::audit, list_users, &list_of<user_schema>,
     "limit after"},
    hashing({"create_user", "POST", "/api/v1/users", Right::administer, create_user,
             &user_made_schema, "", "email role password reason", unreadable_so_nothing_stored,
             201}),
    hashing({"set_user_password", "POST", "/api/v1/users/{id}/password", Right::administer,
             set_password, &user_changed_schema, "", "password reason",
             unreadable_so_nothing_stored}),
    {"enable_user", "POST", "/api/v1/users/{id}/enable", Right::administer,
     [](const ApiContext& api) { return set_enabled<events::UserEnabled>(api, true); },
     &user_changed_schema, "", "reason", unreadable_so_nothing_stored},
    {"disable_user", "POST", "/api/v1/users/{id}/disable", Right::administer,
     [](const ApiContext& api) { return set_enabled<events::UserDisabled>(api, false); },
     &user_changed_schema, "", "reason", unreadable_so_nothing_stored},
};

} // namespace

constinit const Routes user_routes = user_rows;

} // namespace tidemark::gateway
