#include "base/contains.hpp"
#include "events/format/next_step.hpp"
#include "events/format/reason.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/delivery/routes.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::pair<std::string_view, std::string_view> states[] = {
    {"intended", "decided, not yet sent"},
    {"waiting", "waits for its turn"},
    {"dispatched", "on its way, not yet answered"},
    {"accepted", "the system took it"},
    {"rejected", "the system refused it for good"},
    {"unknown", "it is not known whether it arrived; the next attempt looks first"},
    {"retrying", "it did not arrive and is tried again"},
    {"dead", "given up after too many attempts"},
    {"suppressed", "not sent and never will be"},
    {"superseded", "a newer delivery carries the same and more"}};

const auto* state_named(std::string_view name) {
  return std::find_if(std::begin(states), std::end(states),
                      [&](const auto& state) { return state.first == name; });
}

constexpr Schema retry_schema{"delivery_retry",
                              {{integer("request"), text("outcome"), text("reason_code"),
                                text("text"), nullable(text("next_step"))}}};
constexpr Schema written_off_schema{"delivery_written_off",
                                    {{integer("position"), text("by"), text("reason")}}};

constexpr Schema refused_schema{"refusal", {{nullable(text("field")), text("reason")}}};

constexpr Schema delivery_schema{"delivery",
                                 {{text("id"),
                                   text("contact"),
                                   text("target"),
                                   text("operation"),
                                   text("state"),
                                   integer("attempts"),
                                   nullable(time("not_before")),
                                   text("reason_code"),
                                   text("text"),
                                   text("remote_id"),
                                   nullable(integer("http_status")),
                                   nullable(text("superseded_by")),
                                   nullable(object("refused", refused_schema)),
                                   integer("webhook"),
                                   integer("intended"),
                                   integer("position"),
                                   time("since"),
                                   nullable(text("source")),
                                   nullable(time("started_at")),
                                   nullable(time("finished_at")),
                                   nullable(text("retried_by")),
                                   nullable(object("retry", retry_schema)),
                                   nullable(object("written_off", written_off_schema))}}};

/// What was decided about the newest request to try it again; null when there was none.
Json retry_json(const projections::DeliveryView& delivery) {
  if (delivery.retry_request.value == 0)
    return nullptr;
  return {{"request", delivery.retry_request.value},
          {"outcome", delivery.retry_outcome},
          {"reason_code", delivery.retry_reason},
          {"text", explain_reason(delivery.retry_reason).text},
          {"next_step",
           or_null(next_step_for(delivery.retry_reason, {delivery.retry_request, delivery.id.value,
                                                         delivery.target.value}))}};
}

Json written_off_json(const ApiContext& api, const projections::DeliveryView& delivery) {
  if (delivery.written_off.value == 0)
    return nullptr;
  return {{"position", delivery.written_off.value},
          {"by", delivery.written_off_by},
          {"reason", api.shown("reason", delivery.written_off_reason)}};
}

/// The vendor's own words, masked when they were recorded; null when it gave none.
Json refused_json(const projections::DeliveryView& delivery) {
  if (delivery.refused_words.empty())
    return nullptr;
  return {{"field", or_null(delivery.refused_field)}, {"reason", delivery.refused_words}};
}

/// None where nothing is recorded to have led to it.
Result<std::optional<events::Recorded>> recorded_at(const ApiContext& api, Position position) {
  if (position == Position{})
    return std::optional<events::Recorded>();
  TRY(out, storage::recorded_event(api.ports.log, position));
  return std::optional(std::move(out));
}

/// The system whose webhook or page led to it; "" where a person or a program of ours asked for it.
std::string told_by(const events::Event& input) {
  if (const auto* webhook = std::get_if<events::WebhookReceived>(&input))
    return webhook->connector.value;
  if (const auto* page = std::get_if<events::BackfillPageReceived>(&input))
    return page->connector.value;
  return {};
}

/// Nothing more happens to it unless somebody asks for it.
bool is_finished(std::string_view state) {
  return contains(words("accepted", "rejected", "dead", "suppressed", "superseded"), state);
}

Result<Json> delivery_json(const ApiContext& api, const projections::DeliveryView& delivery) {
  TRY(input, recorded_at(api, delivery.webhook));
  TRY(intended, recorded_at(api, delivery.intended));
  const auto* state = state_named(delivery.state);
  std::string text(state == std::end(states) ? delivery.state : state->second);
  if (delivery.reason_code != Reason::none)
    text.append(": ").append(explain_reason(delivery.reason_code).text);
  return Json{
      {"id", delivery.id.value},
      {"contact", delivery.contact.value},
      {"target", delivery.target.value},
      {"operation", delivery.operation},
      {"state", delivery.state},
      {"attempts", delivery.attempts},
      {"not_before", or_null(delivery.not_before)},
      {"reason_code", delivery.reason_code},
      {"text", text},
      {"remote_id", api.shown_id(delivery.remote_id)},
      {"http_status", delivery.http_status > 0 ? Json(delivery.http_status) : Json()},
      {"superseded_by", or_null(delivery.by)},
      {"refused", refused_json(delivery)},
      {"webhook", delivery.webhook.value},
      {"intended", delivery.intended.value},
      {"position", delivery.newest.value},
      {"since", to_rfc3339(delivery.since)},
      {"source", input ? or_null(told_by(input->event)) : Json()},
      {"started_at", intended ? Json(to_rfc3339(intended->envelope.recorded_at)) : Json()},
      {"finished_at", is_finished(delivery.state) ? Json(to_rfc3339(delivery.since)) : Json()},
      {"retried_by", or_null(delivery.retried_by.value)},
      {"retry", retry_json(delivery)},
      {"written_off", written_off_json(api, delivery)}};
}

Result<Json> list_deliveries(const ApiContext& api) {
  TRY(count, api.limit());
  const projections::DeliveryFilter filter{std::string(api.param("state")),
                                           std::string(api.param("target"))};
  if (!filter.state.empty() && state_named(filter.state) == std::end(states))
    return Error{"bad_state", "state is one of intended, waiting, dispatched, accepted, rejected, "
                              "unknown, retrying, dead, suppressed, superseded"};
  const auto after = api.param("after");
  if (!after.empty()) {
    TRY(last, projections::delivery(api.scan, api.tenant(), DeliveryId(std::string(after))));
    if (!last)
      return Error{"bad_cursor", "after is not the next of a page of this list: leave it out to "
                                 "begin anew"};
  }
  TRY(page, projections::deliveries_page(api.scan, api.tenant(), filter, after, count));
  if (page.items.empty()) {
    TRYV(api.check_system("target"));
  }
  Json items = Json::array();
  for (const auto& delivery : page.items) {
    TRY(item, delivery_json(api, delivery));
    items.push_back(std::move(item));
  }
  return list_json(std::move(items), or_null(page.next));
}

Result<Json> show_delivery(const ApiContext& api) {
  TRY(found, projections::delivery(api.scan, api.tenant(), DeliveryId(api.segment("id"))));
  if (!found)
    return unknown("delivery");
  return delivery_json(api, *found);
}

constexpr Route delivery_rows[] = {
    {"deliveries", "GET", "/api/v1/deliveries", Right::read, list_deliveries,
     &list_of<delivery_schema>, "state target limit after"},
    {"delivery", "GET", "/api/v1/deliveries/{id}", Right::read, show_delivery, &delivery_schema},
};

} // namespace

constinit const Routes delivery_routes = delivery_rows;

} // namespace tidemark::gateway
