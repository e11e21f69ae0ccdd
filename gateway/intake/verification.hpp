#pragma once
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// Is the request its system's, by the secrets in force, or by one that is still accepted after it
/// was replaced? What does not fit is told as the secrets in force tell it.
connectors::Verification verify_webhook(const WebhookSource& source, const GatewayPorts& ports,
                                        const connectors::WebhookRequest& request);

} // namespace tidemark::gateway
