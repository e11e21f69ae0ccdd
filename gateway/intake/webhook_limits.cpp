#include "gateway/intake/webhook_limits.hpp"

namespace tidemark::gateway {

WebhookLimits::WebhookLimits(const GatewayOptions& options) {
  if (options.limits.refused_webhooks_per_minute > 0)
    refused_.emplace(options.limits.refused_webhooks_per_minute);
}

std::optional<RateState> WebhookLimits::take(std::size_t place, const WebhookSource& source,
                                             Timestamp now) {
  if (source.per_minute == 0)
    return std::nullopt;
  const std::lock_guard lock(guard_);
  auto& limit = sources_.try_emplace(place, source.per_minute).first->second;
  if (limit.per_minute() != source.per_minute) // set while the service runs
    limit = RateLimiter(source.per_minute);
  return limit.take("", now);
}

std::optional<RateState> WebhookLimits::refuse(const std::string& client, Timestamp now) {
  if (!refused_)
    return std::nullopt;
  const std::lock_guard lock(guard_);
  return refused_->take(client, now);
}

} // namespace tidemark::gateway
