#include "gateway/intake/webhook_at.hpp"

#include "events/codec.hpp"

namespace tidemark::gateway {

Error no_webhook() {
  return {"not_found", "there is no webhook at this position"};
}

Result<events::StoredEvent> webhook_at(const ApiContext& api, Position position) {
  TRY(stored, api.ports.log.at(position));
  if (!stored || !api.is_ours(stored->envelope.tenant.value))
    return no_webhook();
  if (stored->envelope.type != events::WebhookReprocessRequested::name)
    return *std::move(stored);
  TRY(event, events::decode(stored->envelope.type, stored->payload));
  return webhook_at(api, std::get<events::WebhookReprocessRequested>(event).webhook);
}

Result<events::StoredEvent> named_webhook(const ApiContext& api) {
  const auto position = read_position(api.segment("position"));
  if (!position)
    return Error{"bad_position", "the path names the position of a webhook, which is a number"};
  return webhook_at(api, *position);
}

} // namespace tidemark::gateway
