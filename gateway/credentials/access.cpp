#include "gateway/credentials/access.hpp"

#include "base/crypto.hpp"
#include "gateway/http/framing.hpp"

#include <algorithm>
#include <cmath>

namespace tidemark::gateway {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::size_t records_max = 10'000;
constexpr std::uint32_t failures_allowed = 10;
constexpr seconds failure_window{300};
constexpr seconds backoff_max{900};
constexpr std::size_t prefix_bytes = 8; ///< of a token, for telling guessers apart

std::uint32_t seconds_until(Timestamp end, Timestamp now) {
  return end <= now ? 0 : static_cast<std::uint32_t>(std::chrono::ceil<seconds>(end - now).count());
}

/// A tenant has several tokens and people.
constexpr std::uint32_t tenant_times = 10;

domain::ApiLimits limits_otherwise(std::uint32_t per_minute) {
  return {per_minute, per_minute, per_minute * tenant_times, per_minute};
}

} // namespace

AccessGrant::Fault fault_of(const FoundToken& found, Timestamp now) {
  using enum AccessGrant::Fault;
  const auto state = domain::state_of(found.token, now);
  if (state == domain::TokenState::active)
    return found.disabled ? disabled : none;
  return state == domain::TokenState::expired ? expired : invalid;
}

std::string_view bearer_token(std::string_view authorization) {
  if (authorization.size() < 8 || !same_name(authorization.substr(0, 7), "bearer "))
    return {};
  return authorization.substr(7);
}

void add_rate_headers(Answer& answer, const RateState& rate) {
  answer.headers.emplace_back("X-RateLimit-Limit", std::to_string(rate.limit));
  answer.headers.emplace_back("X-RateLimit-Remaining", std::to_string(rate.remaining));
  answer.headers.emplace_back("X-RateLimit-Reset", std::to_string(rate.reset));
}

RateState RateLimiter::take(const std::string& name, Timestamp now) {
  const double limit = per_minute_;
  const double per_second = limit / 60.0;
  if (buckets_.size() >= records_max)
    forget_full(now);
  const auto [at, fresh] = buckets_.try_emplace(name, Bucket{limit, now});
  auto& bucket = at->second;
  const auto passed = std::max(now - bucket.at, microseconds(0));
  bucket.tokens =
      std::min(limit, bucket.tokens + std::chrono::duration<double>(passed).count() * per_second);
  bucket.at = now;
  RateState state;
  state.limit = per_minute_;
  if (bucket.tokens >= 1)
    bucket.tokens -= 1;
  else
    state.retry_after = static_cast<std::uint32_t>(std::ceil((1 - bucket.tokens) / per_second));
  state.remaining = static_cast<std::uint32_t>(bucket.tokens);
  const auto now_seconds = std::chrono::floor<seconds>(now.time_since_epoch()).count();
  state.reset =
      now_seconds + static_cast<std::int64_t>(std::ceil((limit - bucket.tokens) / per_second));
  return state;
}

void RateLimiter::forget_full(Timestamp now) {
  // A bucket untouched for a minute is full: forgetting it changes nothing.
  std::erase_if(buckets_, [&](const auto& entry) { return now - entry.second.at >= seconds(60); });
  if (buckets_.size() >= records_max)
    buckets_.clear(); // ten thousand callers a minute: memory first
}

std::uint32_t FailureBackoff::blocked_for(const std::string& who, Timestamp now) const {
  const auto at = records_.find(who);
  return at == records_.end() ? 0 : seconds_until(at->second.blocked_until, now);
}

void FailureBackoff::failed(const std::string& who, Timestamp now) {
  if (records_.size() >= records_max)
    std::erase_if(records_, [&](const auto& entry) {
      return now - entry.second.last >= failure_window && entry.second.blocked_until <= now;
    });
  if (records_.size() >= records_max)
    return; // that many guessers are met by the rate limit of their addresses
  auto& record = records_[who];
  const bool old = now - record.first > failure_window;
  if (record.failures == 0 || (old && now - record.last > backoff_max)
      || (old && record.failures < failures_allowed))
    record = {0, now, now, {}};
  record.last = now;
  if (++record.failures < failures_allowed)
    return;
  const auto doublings = std::min<std::uint32_t>(record.failures - failures_allowed, 10);
  record.blocked_until = now + std::min(seconds(1U << doublings), backoff_max);
}

void FailureBackoff::succeeded(const std::string& who) {
  records_.erase(who);
}

AccessControl::AccessControl(const GatewayOptions& options, const AccessBook& book)
    : book_(book), otherwise_(limits_otherwise(options.limits.requests_per_minute)) {}

domain::ApiLimits AccessControl::limits_for(const TenantId& tenant) const {
  return book_.page()->state.limits.limits_for(tenant, otherwise_);
}

RateState AccessControl::rate_of(const std::string& client, Timestamp now) const {
  const auto limit = limits_for({}).per_address;
  const std::lock_guard lock(guard_);
  return windows_.state({"address", client, {}}, limit, now);
}

std::map<Counted, std::deque<RequestWindows::Minute>> AccessControl::usage() const {
  const std::lock_guard lock(guard_);
  return windows_.minutes();
}

/// Of its token, of the user whose it is and of the tenant; what is tightest is told. What one of
/// them refuses is not counted of those behind it: nobody else pays for a flood.
void AccessControl::count(AccessGrant& grant, const domain::ApiToken& token, Timestamp now) {
  const auto limits = limits_for(token.tenant);
  const auto take = [&](const Counted& whose, std::uint32_t limit) {
    if (grant.retry_after > 0)
      return;
    const auto own = windows_.take(whose, limit, now);
    if (own.remaining < grant.rate.remaining || own.retry_after > 0)
      grant.rate = own;
    grant.retry_after = own.retry_after;
  };
  take({"token", token.id, token.tenant}, limits.per_token);
  if (token.of_session)
    take({"user", token.name, token.tenant}, limits.per_user);
  if (!token.installation)
    take({"tenant", token.tenant.value, token.tenant}, limits.per_tenant);
}

std::optional<FoundToken> find_token(const AccessBook::Page& page, std::string_view hash) {
  std::optional<FoundToken> found;
  for (const auto& [id, token] : page.state.tokens) // no early end: time does not tell which one
    if (equal_constant_time(hash, token.sha256))
      found = FoundToken{token};
  const auto& people = page.state.people;
  for (const auto& [id, session] : people.sessions)
    if (equal_constant_time(hash, session.access_sha256))
      if (const auto user = people.users.find(session.user); user != people.users.end())
        found = FoundToken{domain::as_token(session, user->second), !user->second.enabled};
  return found;
}

std::optional<FoundToken> AccessControl::find(std::string_view presented, Timestamp now) const {
  if (!CookieBook::is_ours(presented))
    return find_token(*book_.page(), sha256_hex(presented));
  const auto hash = book_.cookies().token_of(presented, now);
  return hash ? find_token(*book_.page(), *hash) : std::nullopt;
}

AccessGrant AccessControl::check(std::string_view presented, const std::string& client,
                                 Timestamp now) {
  const std::lock_guard lock(guard_);
  AccessGrant grant;
  grant.rate = windows_.take({"address", client, {}}, limits_for({}).per_address, now);
  grant.retry_after = grant.rate.retry_after;
  if (presented.empty())
    return grant;
  const auto who = client + "/" + std::string(presented.substr(0, prefix_bytes));
  if (const auto wait = backoff_.blocked_for(who, now); wait > 0) {
    grant.retry_after = std::max(grant.retry_after, wait);
    return grant;
  }
  auto found = find(presented, now);
  if (!found) {
    grant.fault = AccessGrant::Fault::invalid;
    backoff_.failed(who, now);
    return grant;
  }
  backoff_.succeeded(who); // one that has ended is no guess either
  count(grant, found->token, now);
  grant.fault = fault_of(*found, now);
  if (grant.fault == AccessGrant::Fault::none)
    grant.token = std::move(found->token);
  return grant;
}

} // namespace tidemark::gateway
