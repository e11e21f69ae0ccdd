#include "actors/lookup/delivery_reading.hpp"

#include "storage/recorded_event.hpp"

namespace tidemark::actors {
namespace {

/// The exchange whose answer is recorded there.
Result<connectors::Exchange> exchange_at(const storage::LogStore& log, Position position) {
  std::string body;
  TRY(answer, storage::recorded_event(log, position, &body));
  TRY(dispatch, storage::recorded_event(log, answer.envelope.cause));
  const auto* looked_up = std::get_if<events::DeliveryLookedUp>(&answer.event);
  const auto* dispatched = std::get_if<events::DeliveryDispatched>(&dispatch.event);
  if (!looked_up || !dispatched)
    return Error{"delivery_history_broken", "a look-up does not follow its dispatch"};
  return connectors::Exchange{dispatched->step_name,
                              connectors::judged_answer(looked_up->facts.answer, std::move(body))};
}

} // namespace

Result<connectors::AttemptInput> read_attempt(const storage::LogStore& log,
                                              const domain::PendingDelivery& delivery) {
  connectors::AttemptInput input;
  for (auto [positions, exchanges] : {std::pair{&delivery.answers, &input.exchanges},
                                      std::pair{&delivery.answers_before, &input.before}})
    for (const auto position : *positions) {
      TRY(exchange, exchange_at(log, position));
      exchanges->push_back(std::move(exchange));
    }
  if (delivery.intent.forward.value != 0) {
    TRY(webhook, storage::recorded_event(log, delivery.intent.forward, &input.forward_body));
    if (const auto* received = std::get_if<events::WebhookReceived>(&webhook.event))
      input.forward_headers.assign(received->headers.begin(), received->headers.end());
  }
  return input;
}

std::string step_name_of(const storage::LogStore& log, const domain::PendingDelivery& delivery) {
  const auto recorded = storage::recorded_event(log, delivery.last_event);
  const auto* dispatched =
      recorded ? std::get_if<events::DeliveryDispatched>(&recorded->event) : nullptr;
  return dispatched ? dispatched->step_name : std::string();
}

events::VendorAnswer recorded_answer(const HttpResult& result) {
  events::VendorAnswer out;
  out.http_status = result.answer.status;
  out.transport = result.answer.transport;
  out.sent = result.answer.sent;
  out.retry_after = result.answer.retry_after;
  out.date = result.answer.date;
  out.content_type = result.answer.content_type;
  out.body_bytes = result.body_bytes;
  out.body_sha256 = result.body_sha256;
  out.milliseconds = static_cast<std::uint32_t>(result.duration.count());
  return out;
}

} // namespace tidemark::actors
