#include "connectors/shared/outbound.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/json_reader.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/verity/parts.hpp"

#include <algorithm>

namespace tidemark::connectors::verity {
namespace {

using domain::DeliveryVerdict;

constexpr std::string_view forward_path = "/api/integrations/ghl/webhook";

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string address_of(const Settings& settings) {
  auto base = std::string(trimmed(settings.get("forward_url")));
  if (base.empty())
    base = base_url_of(settings, "");
  while (!base.empty() && base.back() == '/')
    base.pop_back();
  return base.empty() ? base : base + std::string(forward_path);
}

/// The body goes on byte for byte, or the vendor's signature in it would break (README fact 2).
Send forward(const DeliveryWork& work, const Settings& settings, std::string address) {
  HttpRequest request{"POST", std::move(address), {}, std::string(work.forward_body)};
  request.headers = {{"Content-Type", "application/json"}, {"X-Middleware-Forwarded", "true"}};
  const auto secret = trimmed(settings.secret("forward_secret"));
  // Sources contradict each other on what Verity checks here, hence the setting.
  const bool hmac = settings.get("forward_secret_form") == "hmac";
  request.headers.emplace_back("X-Middleware-Secret",
                               hmac ? to_hex(hmac_sha256(secret, {request.body}))
                                    : std::string(secret));
  for (const auto& [name, value] : work.forward_headers)
    if (name == "x-ghl-signature" && is_printable(value))
      request.headers.emplace_back(name, value);
  return Send{"forward", true, std::move(request)};
}

/// Does the body show a record that nobody can be written to by? Bodies about other things name no
/// address either, and need none.
bool is_without_address(std::string_view body) {
  const auto document = json::parse(body);
  if (!document)
    return false;
  const auto type = document.value()["type"].text().value_or("");
  const auto states = [&](std::string_view key) {
    return !trimmed(document.value()[key].scalar().value_or("")).empty();
  };
  return (type == "ContactCreate" || type == "ContactUpdate") && !states("phone")
         && !states("email");
}

} // namespace

/// One request, then its judgement. A forwarded event carries its webhookId, so a repeat is known
/// over there: it counts as repeatable.
NextStep next(const DeliveryWork& work, const Settings& settings) {
  if (work.intent.forward == Position{})
    return conclude(DeliveryVerdict::rejected, Reason::target_has_no_contact_api);
  if (work.forward_body.empty())
    return conclude(DeliveryVerdict::rejected, Reason::nothing_to_forward);
  auto address = address_of(settings);
  if (address.empty())
    return conclude(DeliveryVerdict::rejected, Reason::no_address_configured);
  if (work.exchanges.empty())
    return forward(work, settings, std::move(address));
  const auto& answer = work.exchanges.back().answer;
  if (auto judged = judge_common(answer, Effect::repeatable))
    return Conclude{*std::move(judged)};
  if (answer.status == 404) // seen while the route was not deployed (README fact 1)
    return conclude(DeliveryVerdict::retry, Reason::route_not_deployed);
  if (!is_success(answer))
    return Conclude{judge_refusal(answer)};
  // The answer's shape is not documented, but a proxy's page is surely not it.
  if (answer.content_type.find("text/html") != std::string::npos)
    return Conclude{judge_unreadable(Effect::repeatable)};
  return conclude(DeliveryVerdict::accepted, is_without_address(work.forward_body)
                                                 ? Reason::taken_without_address
                                                 : Reason::accepted);
}

} // namespace tidemark::connectors::verity
