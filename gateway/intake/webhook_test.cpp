#include "base/overloaded.hpp"
#include "base/text/whole_number.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/intake/routes.hpp"
#include "gateway/intake/verification.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr Schema explanation{
    "webhook_test",
    {{text("connector"), text("channel"), boolean("valid"), text("verdict"), text("reason_code"),
      list(text("expected_headers")), nullable(integer("clock_skew_seconds")), boolean("stored")}}};

/// Seconds that the sender's clock, as far as the request tells it, is behind ours. Strangers'
/// bodies are not read: of theirs the header counts alone.
Json clock_skew(const connectors::Headers& headers, std::string_view body, bool forged,
                Timestamp now) {
  std::optional<Timestamp> sent;
  if (const auto header = connectors::only_header(headers, "webhook-timestamp")) {
    const auto epoch = whole_number<std::int64_t>(*header).value_or(0);
    if (epoch > 0 && epoch < 100'000'000'000)
      sent = Timestamp{std::chrono::seconds(epoch)};
  } else if (forged) {
    return {};
  } else if (const auto json = json::parse(body)) {
    sent = from_rfc3339(json->root()["timestamp"].text().value_or(""));
  }
  return sent ? Json(std::chrono::round<std::chrono::seconds>(now - *sent).count()) : Json();
}

/// `x-ghl-signature` of `X-GHL-Signature: base64 Ed25519 ...`.
std::string header_name_of(std::string_view expected) {
  std::string out(expected.substr(0, expected.find(':')));
  for (auto& c : out)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// Whoever tries by hand need not know how each vendor calls it: `X-Webhook-Signature` is read as
/// the connector's first signature header where none of those came.
connectors::Headers with_own_name(connectors::Headers headers,
                                  const connectors::Connector& connector) {
  const auto given = connectors::only_header(headers, "x-webhook-signature");
  std::string own;
  for (const auto expected : connector.expected_headers) {
    const auto name = header_name_of(expected);
    if (!name.ends_with("signature"))
      continue;
    if (connectors::count_header(headers, name) > 0)
      return headers;
    if (own.empty())
      own = name;
  }
  if (given && !own.empty())
    headers.emplace_back(own, std::string(*given));
  return headers;
}

/// `POST /webhooks/test?connector=[&channel=][&tenant=]`: explains the signature, stores nothing.
/// Names the headers that are looked for, never a computed signature.
Result<Json> explain_webhook(const ApiContext& api) {
  auto tenant = api.param("tenant");
  if (const auto* bare = api.options.of_bare_path(); tenant.empty() && bare)
    tenant = bare->value;
  const auto& sources = api.options.sources;
  const auto source = std::find_if(sources.begin(), sources.end(), [&](const auto& one) {
    return one.tenant.value == tenant && one.settings.name.value == api.param("connector");
  });
  const auto has_channel = [&](const connectors::WebhookEndpoint& channel) {
    return channel.name == api.param("channel");
  };
  if (source == sources.end()
      || std::none_of(source->connector->channels.begin(), source->connector->channels.end(),
                      has_channel))
    return Error{"unknown_webhook",
                 "name a configured connector: /webhooks/test?connector=NAME[&channel=NAME]"};
  const auto& request = api.request;
  const auto headers = with_own_name(request.headers, *source->connector);
  const auto verification =
      verify_webhook(*source, api.ports, {headers, request.body, api.param("channel")});
  const auto [verdict, reason_code] = std::visit(
      overloaded{
          [](const connectors::Verified&) { return std::pair("verified", Reason::none); },
          [](const connectors::Stale& stale) { return std::pair("stale", stale.reason_code); },
          [](const connectors::Forged& forged) { return std::pair("forged", forged.reason_code); }},
      verification);
  const bool forged = std::holds_alternative<connectors::Forged>(verification);
  return Json{{"connector", source->settings.name.value},
              {"channel", api.param("channel")},
              {"valid", !forged},
              {"verdict", verdict},
              {"reason_code", reason_code},
              {"expected_headers", array_json(source->connector->expected_headers,
                                              [](std::string_view name) { return Json(name); })},
              {"clock_skew_seconds", clock_skew(request.headers, request.body, forged, api.now())},
              {"stored", false}};
}

// Literal segments come before braces.
constexpr Route webhook_rows[] = {
    {"webhook_test", "POST", "/webhooks/test", Right::none, explain_webhook, &explanation,
     "connector channel tenant", "", "", 200, true},
    {"webhook", "POST", "/webhooks/{connector}", Right::none, {}},
    {"webhook", "POST", "/webhooks/{connector}/{channel}", Right::none, {}},
    {"webhook", "POST", "/t/{tenant}/webhooks/{connector}", Right::none, {}},
    {"webhook", "POST", "/t/{tenant}/webhooks/{connector}/{channel}", Right::none, {}},
};

} // namespace

constinit const Routes webhook_routes = webhook_rows;

} // namespace tidemark::gateway
