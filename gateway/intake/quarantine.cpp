#include "events/codec.hpp"
#include "events/format/reason.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "gateway/intake/routes.hpp"
#include "gateway/intake/webhook_at.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema quarantined{
    "quarantined", {{integer("position"), text("connector"), text("reason_code"), text("text")}}};

Result<Json> list_quarantine(const ApiContext& api) {
  TRY(count, api.limit());
  TRY(after, api.after());
  TRY(page, projections::quarantine(api.scan, api.tenant(), after, count));
  return page_json(page, [](const projections::QuarantinedView& one) -> Json {
    return {{"position", one.position.value},
            {"connector", one.connector.value},
            {"reason_code", one.reason_code},
            {"text", one.text.empty() ? explain_reason(one.reason_code).text : one.text}};
  });
}

/// Under which position the webhook is held, or would be: the one that was named, where it is
/// listed, else that of the newest reading.
Result<Position> reading_of(const ApiContext& api, Position webhook) {
  const auto named = *read_position(api.segment("position"));
  TRY(listed, projections::is_quarantined(api.scan, api.tenant(), named));
  if (listed)
    return named;
  return projections::newest_reading(api.scan, api.tenant(), webhook);
}

Result<Json> mark_webhook(const ApiContext& api, events::WebhookMark mark) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(stored, named_webhook(api));
  TRY(event, events::decode(stored.envelope.type, stored.payload));
  const auto* webhook = std::get_if<events::WebhookReceived>(&event);
  if (!webhook)
    return no_webhook();
  events::WebhookMarked marked;
  marked.webhook = stored.envelope.position;
  marked.connector = webhook->connector;
  marked.mark = mark;
  TRY(reading, reading_of(api, marked.webhook));
  marked.reading = reading;
  TRY(held, projections::is_quarantined(api.scan, api.tenant(), reading));
  if (held == (mark == events::WebhookMark::quarantined))
    return held ? Error{"already_held", "the webhook is held already"}
                : Error{"not_held", "the webhook is not held: GET /api/v1/quarantine lists those"};
  return record(api, events::marks_stream(marked.webhook),
                asked(api, std::move(reason), std::move(marked)));
}

Result<Json> quarantine_webhook(const ApiContext& api) {
  return mark_webhook(api, events::WebhookMark::quarantined);
}

Result<Json> webhook_done(const ApiContext& api) {
  return mark_webhook(api, events::WebhookMark::done);
}

constexpr Route quarantine_rows[] = {
    {"quarantine", "GET", "/api/v1/quarantine", Right::read, list_quarantine, &list_of<quarantined>,
     "limit after"},
    {"quarantine_webhook", "POST", "/api/v1/webhooks/{position}/quarantine", Right::operate,
     quarantine_webhook, &accepted, "", "reason", unreadable_so_nothing_stored},
    {"webhook_done", "POST", "/api/v1/webhooks/{position}/done", Right::operate, webhook_done,
     &accepted, "", "reason", unreadable_so_nothing_stored},
};

} // namespace

constinit const Routes quarantine_routes = quarantine_rows;

} // namespace tidemark::gateway
