#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "gateway/find/lookups.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::uint64_t events_looked_through = 100'000; // some tenths of a second
constexpr std::size_t events_found_max = 20;

std::string stand_of(const projections::WebhookView& webhook) {
  std::size_t open = 0;
  for (const auto& command : webhook.commands) {
    open += command.outcome == "pending" ? 1 : 0;
    open += static_cast<std::size_t>(std::ranges::count_if(command.targets, [](const auto& target) {
      return target.outcome == "pending" || target.outcome == "retrying";
    }));
  }
  if (webhook.commands.empty() && webhook.skipped.empty())
    return "nothing was found in it";
  return fmt::format("parts acted on: {}, left out: {}, still on the way: {}",
                     webhook.commands.size(), webhook.skipped.size(), open);
}

Status add_webhook(const ApiContext& api, const events::Envelope& envelope,
                   const events::WebhookReceived& webhook, FoundThings& found) {
  TRY(view, projections::webhook(api.scan, api.tenant(), envelope.position));
  found.push_back({"webhook", std::to_string(envelope.position.value),
                   fmt::format("from {}, received {}, request {}: {}", webhook.connector.value,
                               to_rfc3339(envelope.recorded_at),
                               webhook.request_id.empty() ? "unknown" : webhook.request_id,
                               view ? stand_of(*view) : "it is not decided yet"),
                   command_for(api, fmt::format("explain --webhook {}", envelope.position.value)),
                   envelope.position});
  return Done{};
}

bool is_known(const FoundThings& found, Position at) {
  return std::ranges::any_of(found, [&](const auto& one) { return one.position == at; });
}

} // namespace

std::string command_for(const ApiContext& api, std::string_view command) {
  return api.options.tenants.size() > 1
             ? fmt::format("tidemark {} --tenant {}", command, api.tenant().value)
             : fmt::format("tidemark {}", command);
}

Status add_event(const ApiContext& api, Position at, FoundThings& found) {
  TRY(event, api.ports.log.at(at));
  if (!event || !api.is_ours(event->envelope.tenant.value) || is_known(found, at))
    return Done{};
  const auto& envelope = event->envelope;
  if (envelope.type == events::WebhookReceived::name) {
    TRY(recorded, storage::recorded_event(api.ports.log, at));
    if (const auto* webhook = std::get_if<events::WebhookReceived>(&recorded.event))
      return add_webhook(api, envelope, *webhook, found);
  }
  auto text = fmt::format("{} in {}, recorded {}", envelope.type, envelope.stream.value,
                          to_rfc3339(envelope.recorded_at));
  if (envelope.correlation != at && envelope.correlation != Position{})
    text += fmt::format("; it follows from event {}", envelope.correlation.value);
  found.push_back({"event", std::to_string(at.value), std::move(text),
                   command_for(api, fmt::format("log show {}", at.value)), at});
  return Done{};
}

Result<std::uint64_t> look_through_events(const ApiContext& api, const std::string& id,
                                          FoundThings& found) {
  const auto quoted = Json(id).dump(-1, ' ', false, Json::error_handler_t::replace);
  const auto request = "\"request_id\":" + quoted;
  const auto delivery = "\"delivery_id\":" + quoted;
  const auto end = api.ports.log.durable().value;
  const auto after = end - std::min(end, events_looked_through);
  std::vector<Position> hits;
  const auto look = [&](std::string_view record) -> Result<bool> {
    TRY(view, events::read_record(record, false));
    if (view.payload.find(request) != std::string_view::npos
        || view.payload.find(delivery) != std::string_view::npos)
      hits.push_back(view.envelope.position);
    return hits.size() < events_found_max;
  };
  TRYV(storage::read_each(api.ports.log, Position{after}, SIZE_MAX, look));
  for (const auto at : hits) {
    TRYV(add_event(api, at, found));
  }
  return end - after;
}

} // namespace tidemark::gateway
