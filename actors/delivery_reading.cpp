#include "actors/delivery_reading.hpp"

#include "events/codec.hpp"

namespace tidemark::actors {
namespace {

constexpr std::size_t batch = 256;

Result<events::Recorded> recorded_at(const storage::LogStore& log, Position position,
                                     std::string* attachment) {
  auto stored = log.at(position);
  if (!stored)
    return stored.error();
  if (!*stored)
    return Error{"log_hole", "an event that another names is not in the log"};
  auto event = events::decode((*stored)->envelope.type, (*stored)->payload);
  if (!event)
    return event.error();
  if (attachment)
    *attachment = std::move((*stored)->attachment);
  return events::Recorded{std::move((*stored)->envelope), *std::move(event)};
}

} // namespace

Status read_under_tag(const storage::LogStore& log, const TenantId& tenant, const events::Tag& tag,
                      Position after, const std::function<void(const events::Recorded&)>& visit) {
  while (true) {
    const auto positions = log.tagged(tenant, tag, after, batch);
    if (!positions)
      return positions.error();
    for (const auto position : *positions) {
      const auto recorded = recorded_at(log, position, nullptr);
      if (!recorded)
        return recorded.error();
      visit(*recorded);
      after = position;
    }
    if (positions->size() < batch)
      return Done{};
  }
}

Result<connectors::AttemptInput> read_attempt(const storage::LogStore& log,
                                              const domain::PendingDelivery& delivery) {
  connectors::AttemptInput input;
  for (const auto position : delivery.answers) {
    std::string body;
    const auto answer = recorded_at(log, position, &body);
    if (!answer)
      return answer.error();
    const auto dispatch = recorded_at(log, answer->envelope.cause, nullptr);
    if (!dispatch)
      return dispatch.error();
    const auto* looked_up = std::get_if<events::DeliveryLookedUp>(&answer->event);
    const auto* dispatched = std::get_if<events::DeliveryDispatched>(&dispatch->event);
    if (!looked_up || !dispatched)
      return Error{"delivery_history_broken", "a look-up does not follow its dispatch"};
    input.exchanges.push_back(
        {dispatched->step_name,
         connectors::judged_answer(looked_up->facts.answer, std::move(body))});
  }
  if (delivery.intent.forward.value != 0) {
    const auto webhook = recorded_at(log, delivery.intent.forward, &input.forward_body);
    if (!webhook)
      return webhook.error();
    if (const auto* received = std::get_if<events::WebhookReceived>(&webhook->event))
      input.forward_headers.assign(received->headers.begin(), received->headers.end());
  }
  return input;
}

std::string step_name_of(const storage::LogStore& log, const domain::PendingDelivery& delivery) {
  const auto recorded = recorded_at(log, delivery.last_event, nullptr);
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
