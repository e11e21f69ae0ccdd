#include "domain/access/tokens.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

constexpr std::size_t token_name_max = 64;

bool is_token_name(const std::string& name) {
  return !name.empty() && name.size() <= token_name_max && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  });
}

ApiToken made_token(const TenantId& tenant, const events::ApiTokenCreated& e, Timestamp at) {
  ApiToken token{e.id, e.token_name, e.role, e.installation ? TenantId() : tenant};
  token.sha256 = e.token_sha256;
  token.last_four = e.last_four;
  token.routes = e.routes;
  token.installation = e.installation;
  token.expires_at = e.expires_at;
  token.created_at = at;
  token.created_by = e.by;
  return token;
}

bool is_of(const ApiToken& token, const TenantId& tenant) {
  return !token.installation && token.tenant == tenant;
}

} // namespace

ApiToken as_token(const Session& session, const User& user) {
  ApiToken out{session.id, user.id, user.role, user.tenant};
  out.sha256 = session.access_sha256;
  out.of_session = true;
  out.expires_at = session.access_until;
  return out;
}

TokenState state_of(const ApiToken& token, Timestamp now) {
  if (token.revoked_at)
    return TokenState::revoked;
  return token.expires_at && *token.expires_at <= now ? TokenState::expired : TokenState::active;
}

std::string_view name_of(TokenState state) {
  return state == TokenState::active    ? "active"
         : state == TokenState::expired ? "expired"
                                        : "revoked";
}

const Suspension* AccessState::suspension(const TenantId& tenant) const {
  const auto found = suspended.find(tenant);
  return found == suspended.end() ? nullptr : &found->second;
}

Status AccessState::check_active(const TenantId& tenant) const {
  if (const auto found = made.find(tenant); found != made.end() && found->second.ended)
    return tenant_deleted(tenant, *found->second.ended);
  if (const auto* why = suspension(tenant))
    return Error{"tenant_suspended",
                 "the tenant " + tenant.value + " is not active: it was suspended at "
                     + to_rfc3339(why->since) + " (" + why->reason
                     + "); webhooks are still taken, and opt-outs still close addresses"};
  return Done{};
}

void evolve(AccessState& state, const TenantId& tenant, const events::Event& event, Timestamp at) {
  evolve(state.people, tenant, event, at);
  evolve(state.made, event, at);
  evolve(state.limits, event);
  if (const auto* made = std::get_if<events::ApiTokenCreated>(&event)) {
    state.tokens.emplace(made->id, made_token(tenant, *made, at));
  } else if (const auto* revoked = std::get_if<events::ApiTokenRevoked>(&event)) {
    if (const auto found = state.tokens.find(revoked->id); found != state.tokens.end())
      found->second.revoked_at = at;
  } else if (const auto* suspended = std::get_if<events::TenantSuspended>(&event)) {
    state.suspended.insert_or_assign(tenant, Suspension{at, suspended->reason, suspended->by});
  } else if (std::holds_alternative<events::TenantResumed>(event)) {
    state.suspended.erase(tenant);
  }
}

Status check_grant(const Grantor& grantor, const ApiToken& wish, Timestamp now) {
  if (wish.installation && !grantor.installation)
    return Error{"more_than_own", "a token for the whole installation is given by one who has "
                                  "such a token, or on the machine itself"};
  if (!rights_of(grantor.role).includes(rights_of(wish.role)))
    return Error{"more_than_own", "the role " + std::string(name_of(wish.role))
                                      + " may do what the role "
                                      + std::string(name_of(grantor.role)) + " may not"};
  if (wish.expires_at && *wish.expires_at <= now)
    return Error{"bad_expires_at", "expires_at is over already; write a time to come"};
  if (grantor.expires_at && (!wish.expires_at || *wish.expires_at > *grantor.expires_at))
    return Error{"more_than_own",
                 "the token that asks ends at " + to_rfc3339(*grantor.expires_at)
                     + ": what it gives ends no later, so a token needs expires_at, and users, who "
                       "have no end, are made by others"};
  return Done{};
}

Status check_name(const AccessState& state, const ApiToken& wish, Timestamp now) {
  if (!is_token_name(wish.name))
    return Error{"bad_name", "name is 1 to 64 letters, digits, dots, hyphens and underscores"};
  for (const auto& [id, token] : state.tokens)
    if (token.name == wish.name && token.installation == wish.installation
        && token.tenant == wish.tenant && state_of(token, now) == TokenState::active)
      return Error{"name_taken", "a token of this name is in use; take another name, or revoke it"};
  return Done{};
}

Status check_revoke(const AccessState& state, const Grantor& grantor, const TenantId& tenant,
                    const std::string& id) {
  const auto found = state.tokens.find(id);
  const bool seen =
      found != state.tokens.end()
      && (is_of(found->second, tenant) || (found->second.installation && grantor.installation));
  if (!seen)
    return Error{"not_found", "there is no such token; ensure you have access"};
  const auto& token = found->second;
  if (token.from_file)
    return Error{"stands_in_file", "this token stands in the configuration file: take it out of "
                                   "[[api.tokens]] there and start the service again"};
  if (token.revoked_at)
    return Error{"already_revoked", "this token was revoked already"};
  if (!rights_of(grantor.role).includes(rights_of(token.role)))
    return Error{"more_than_own", "this token may do more than the one that asks"};
  return Done{};
}

} // namespace tidemark::domain
