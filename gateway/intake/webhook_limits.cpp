#include "gateway/intake/webhook_limits.hpp"

namespace tidemark::gateway {

WebhookLimits::WebhookLimits(const GatewayOptions& options) {
  for (const auto& source : options.sources) {
    sources_.emplace_back(source.per_minute);
    limited_.push_back(source.per_minute > 0);
  }
  if (options.limits.refused_webhooks_per_minute > 0)
    refused_.emplace(options.limits.refused_webhooks_per_minute);
}

std::optional<RateState> WebhookLimits::take(std::size_t source, Timestamp now) {
  if (!limited_[source])
    return std::nullopt;
  const std::lock_guard lock(guard_);
  return sources_[source].take("", now);
}

std::optional<RateState> WebhookLimits::refuse(const std::string& client, Timestamp now) {
  if (!refused_)
    return std::nullopt;
  const std::lock_guard lock(guard_);
  return refused_->take(client, now);
}

} // namespace tidemark::gateway
