#pragma once
#include "gateway/credentials/access_book.hpp"
#include "gateway/credentials/rate_state.hpp"
#include "gateway/credentials/request_windows.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

#include <map>
#include <mutex>
#include <string>

namespace tidemark::gateway {

/// The token in an Authorization header's value; "" when it holds none.
std::string_view bearer_token(std::string_view authorization);

/// X-RateLimit-Limit, -Remaining and -Reset.
void add_rate_headers(Answer& answer, const RateState& rate);

/// Token buckets by name, bounded in number (threat 14).
class RateLimiter {
public:
  explicit RateLimiter(std::uint32_t per_minute) : per_minute_(per_minute) {}
  RateState take(const std::string& name, Timestamp now);
  std::uint32_t per_minute() const { return per_minute_; }

private:
  struct Bucket {
    double tokens = 0;
    Timestamp at;
  };
  void forget_full(Timestamp now);

  std::uint32_t per_minute_;
  std::map<std::string, Bucket> buckets_;
};

/// Slows down who guesses: after 10 failures within 5 minutes, waits of 1, 2, 4 ... seconds up to
/// 15 minutes for that address and beginning of a token; nobody else is touched.
class FailureBackoff {
public:
  /// Seconds to wait, 0 for none.
  std::uint32_t blocked_for(const std::string& who, Timestamp now) const;
  void failed(const std::string& who, Timestamp now);
  void succeeded(const std::string& who);

private:
  struct Record {
    std::uint32_t failures = 0;
    Timestamp first;
    Timestamp last;
    Timestamp blocked_until;
  };
  std::map<std::string, Record> records_;
};

/// What came of a look at a request's credentials.
struct AccessGrant {
  std::optional<domain::ApiToken> token{}; ///< none: nobody who may enter
  /// Of one that was sent and does not let in.
  enum class Fault : std::uint8_t { none, invalid, expired, disabled } fault = Fault::none;
  RateState rate;                ///< the tightest of address, token, user and tenant
  std::uint32_t retry_after = 0; ///< seconds; > 0: answer 429, whatever the token
};

struct FoundToken {
  domain::ApiToken token;
  bool disabled = false; ///< its user is
};
/// Of any state; none: nobody has it.
std::optional<FoundToken> find_token(const AccessBook::Page& page, std::string_view sha256);
/// What keeps the token from letting in.
AccessGrant::Fault fault_of(const FoundToken& found, Timestamp now);

/// Bearer tokens, rate limits and back-off together. For several threads.
class AccessControl {
public:
  AccessControl(const GatewayOptions& options, const AccessBook& book);
  /// `presented`: the token or what a cookie holds, "" when none came.
  AccessGrant check(std::string_view presented, const std::string& client, Timestamp now);
  /// Where an address stands, without another request of it.
  RateState rate_of(const std::string& client, Timestamp now) const;
  domain::ApiLimits limits_for(const TenantId& tenant) const;
  /// Who asked how much in the last minutes.
  std::map<Counted, std::deque<RequestWindows::Minute>> usage() const;

private:
  std::optional<FoundToken> find(std::string_view presented, Timestamp now) const;
  void count(AccessGrant& grant, const domain::ApiToken& token, Timestamp now);

  const AccessBook& book_;
  const domain::ApiLimits otherwise_; ///< where nobody set any
  mutable std::mutex guard_;          ///< of the two below
  RequestWindows windows_;
  FailureBackoff backoff_;
};

} // namespace tidemark::gateway
