#include "gateway/intake/verification.hpp"

namespace tidemark::gateway {

connectors::Verification verify_webhook(const WebhookSource& source, const GatewayPorts& ports,
                                        const connectors::WebhookRequest& request) {
  const auto now = ports.clock.now();
  const auto verified = [&](const connectors::Settings& settings) {
    return source.connector->verify(request, settings, now);
  };
  const auto accepted = ports.secrets ? ports.secrets->accepted(source.tenant, source.settings)
                                      : std::vector<AcceptedSettings>();
  if (accepted.empty())
    return verified(source.settings);
  auto first = verified(accepted.front().settings);
  if (!std::holds_alternative<connectors::Forged>(first))
    return first;
  for (const auto& one : accepted) {
    if (!one.until || *one.until <= now)
      continue;
    auto older = verified(one.settings);
    if (!std::holds_alternative<connectors::Forged>(older))
      return older;
  }
  return first;
}

} // namespace tidemark::gateway
