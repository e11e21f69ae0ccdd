#include "base/overloaded.hpp"
#include "base/text/json_reader.hpp"
#include "gateway/intake/webhook_route.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace tidemark::gateway {
namespace {

using Json = nlohmann::ordered_json;

// Seconds that the sender's clock, as far as the request tells it, is behind ours.
Json clock_skew(const connectors::Headers& headers, std::string_view body, Timestamp now) {
  std::optional<Timestamp> sent;
  if (const auto header = connectors::only_header(headers, "webhook-timestamp")) {
    std::int64_t epoch = 0;
    const auto* end = header->data() + header->size();
    const auto [stop, failed] = std::from_chars(header->data(), end, epoch);
    if (failed == std::errc{} && stop == end && epoch > 0 && epoch < 100'000'000'000)
      sent = Timestamp{std::chrono::seconds(epoch)};
  } else {
    if (const auto json = json::parse(body))
      sent = from_rfc3339(json->root()["timestamp"].text().value_or(""));
  }
  return sent ? Json(std::chrono::round<std::chrono::seconds>(now - *sent).count()) : Json();
}

} // namespace

Answer WebhookRoute::explain(const connectors::Headers& headers, const Target& target,
                             std::string_view body, std::string_view request_id) const {
  auto tenant = target.get("tenant");
  if (tenant.empty() && options_.tenants.size() == 1)
    tenant = options_.tenants[0].value;
  const auto place = find(tenant, target.get("connector"), target.get("channel"));
  if (!place.source)
    return refuse({404, "unknown_webhook",
                   "name a configured connector: /webhooks/test?connector=NAME[&channel=NAME]"},
                  request_id);
  const auto& source = *place.source;
  const auto now = ports_.clock.now();
  const auto verification =
      source.connector->verify({headers, body, place.channel->name}, source.settings, now);
  Json out;
  out["connector"] = source.settings.name.value;
  out["channel"] = place.channel->name;
  std::visit(overloaded{
                 [&](const connectors::Verified&) {
                   out["valid"] = true;
                   out["verdict"] = "verified";
                   out["reason_code"] = "";
                 },
                 [&](const connectors::Stale& stale) {
                   out["valid"] = true;
                   out["verdict"] = "stale";
                   out["reason_code"] = stale.reason_code;
                 },
                 [&](const connectors::Forged& forged) {
                   out["valid"] = false;
                   out["verdict"] = "forged";
                   out["reason_code"] = forged.reason_code;
                 },
             },
             verification);
  out["expected_headers"] = Json::array();
  for (const auto header : source.connector->expected_headers)
    out["expected_headers"].push_back(header);
  // Strangers' bodies are not read any further.
  const bool forged = std::holds_alternative<connectors::Forged>(verification);
  out["clock_skew_seconds"] = forged ? Json() : clock_skew(headers, body, now);
  out["stored"] = false;
  Answer answer;
  answer.body = out.dump(-1, ' ', false, Json::error_handler_t::replace);
  return answer;
}

} // namespace tidemark::gateway
