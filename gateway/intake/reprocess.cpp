#include "base/contains.hpp"
#include "domain/rules/cause.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "gateway/intake/routes.hpp"
#include "gateway/intake/webhook_at.hpp"

// A webhook is read once more by the rules of now: what was held, or of a kind that nothing handled
// when it came, comes to life. What it led to before is not done again.
namespace tidemark::gateway {
namespace {

/// What the log knows of it, with its body.
Result<storage::NewEvent> request_for(const ApiContext& api, const events::StoredEvent& stored) {
  TRY(event, events::decode(stored.envelope.type, stored.payload));
  const auto* webhook = std::get_if<events::WebhookReceived>(&event);
  if (!webhook)
    return no_webhook();
  TRY(so_far, projections::readings(api.scan, api.tenant(), stored.envelope.position));
  if (!so_far.decided)
    return Error{"not_decided_yet", "the webhook is not decided yet; ask again in a moment"};
  events::WebhookReprocessRequested request;
  request.webhook = stored.envelope.position;
  request.connector = webhook->connector;
  request.channel = webhook->channel;
  request.maybe_opt_out = webhook->maybe_opt_out;
  request.headers = webhook->headers;
  request.received_at = domain::received_at(event, stored.envelope.recorded_at);
  for (std::size_t kind = 0; kind < events::EnumNames<events::CommandKind>::names.size(); ++kind)
    if (so_far.command_kinds.contains(
            std::string(events::EnumNames<events::CommandKind>::names[kind])))
      request.led_to.push_back(static_cast<events::CommandKind>(kind));
  return storage::NewEvent{events::admin_stream(), std::move(request), {}, stored.attachment};
}

Result<Json> reprocess_webhook(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(stored, named_webhook(api));
  TRY(request, request_for(api, stored));
  auto& event = std::get<events::WebhookReprocessRequested>(request.event);
  event = asked(api, std::move(reason), std::move(event));
  std::vector<storage::NewEvent> events;
  events.push_back(std::move(request));
  return record(api, std::move(events), nothing_stored);
}

constexpr Route reprocess_rows[] = {
    {"reprocess_webhook", "POST", "/api/v1/webhooks/{position}/reprocess", Right::operate,
     reprocess_webhook, &accepted, "", "reason", unreadable_so_nothing_stored}};

} // namespace

constinit const Routes reprocess_routes = reprocess_rows;

} // namespace tidemark::gateway
