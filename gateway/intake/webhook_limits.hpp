#pragma once
#include "gateway/credentials/access.hpp"

#include <map>
#include <mutex>

namespace tidemark::gateway {

/// How many webhooks a minute are taken of a connector, and how many refused ones of an address get
/// an answer that says why (I22). Limits are configured; 0 is none. For several threads.
class WebhookLimits {
public:
  explicit WebhookLimits(const GatewayOptions& options);

  /// Another webhook of the source at that place, nothing when it has no limit.
  std::optional<RateState> take(std::size_t place, const WebhookSource& source, Timestamp now);
  /// Another webhook of that address is to be refused, nothing without a limit.
  std::optional<RateState> refuse(const std::string& client, Timestamp now);

private:
  std::mutex guard_;
  std::map<std::size_t, RateLimiter> sources_; ///< that have one
  std::optional<RateLimiter> refused_;
};

} // namespace tidemark::gateway
