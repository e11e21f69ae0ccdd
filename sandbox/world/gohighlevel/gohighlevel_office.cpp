#include "sandbox/world/gohighlevel/gohighlevel_office.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {

constexpr int attempts_max = 13; // the first and twelve retries, as documented in 2026

std::function<std::vector<std::string>(const std::string&)> signer(const std::string& seed) {
  return [seed](const std::string& body) {
    return std::vector<std::string>{"X-GHL-Signature: " + to_base64(ed25519_sign(seed, body)),
                                    "X-WH-Signature: N/A"};
  };
}

} // namespace

GhlOffice::GhlOffice(World shared)
    : world(shared), ids(world.settings.seed),
      signing_seed(from_hex(world.settings.ghl_seed_hex).value_or(std::string(32, '\0'))) {}

HttpReply GhlOffice::with_trace(unsigned status, Json body) {
  body["traceId"] = ids.uuid(0);
  return json_reply(status, body);
}

HttpReply GhlOffice::refusal(unsigned status, const std::string& message) {
  return with_trace(status, {{"statusCode", status}, {"message", message}});
}

HttpReply GhlOffice::unprocessable(Json messages) {
  return with_trace(
      422,
      {{"statusCode", 422}, {"message", std::move(messages)}, {"error", "Unprocessable Entity"}});
}

HttpReply GhlOffice::no_contact(const std::string& id) const {
  return json_reply(400, {{"error", "Contact with id " + id + " not found"}, {"status", 400}});
}

void GhlOffice::emit(const char* type, const Json& fields, const std::string& contact, By by) {
  if (!world.tells(by))
    return;
  WebhookJob job;
  job.system = "gohighlevel";
  job.kind = type;
  job.id = ids.uuid(0x5f1c2d3e);
  job.order_key = "gohighlevel/" + contact;
  job.path = world.settings.ghl_webhook_path;
  Json body{{"type", type}, {"timestamp", millis_text(world.now())}, {"webhookId", job.id}};
  body.update(fields);
  body["locationId"] = world.settings.ghl_location;
  body["versionId"] = "68c0ffee0000000000000003";
  body["appId"] = "68c0ffee0000000000000002";
  job.body = to_text(body);
  job.attempts_max = attempts_max;
  job.headers = signer(signing_seed);
  world.webhooks.emit(std::move(job));
}

void GhlOffice::deliver(const Json& body) {
  world.webhooks.emit({.system = "gohighlevel", // once only: no retry is documented
                       .kind = "ProviderOutboundMessage",
                       .id = text_of(body, "messageId"),
                       .path = world.settings.ghl_delivery_url,
                       .body = to_text(body),
                       .headers = signer(signing_seed)});
}

HttpReply ghl_error(unsigned status, const std::string& message) {
  return json_reply(status, {{"statusCode", status}, {"message", message}});
}

HttpReply ghl_no_route(const HttpRequest& request) {
  return json_reply(
      404, {{"statusCode", 404},
            {"message", "Cannot " + std::string(request.method) + " " + std::string(request.path)},
            {"error", "Not Found"}});
}

bool ghl_is_blocked(const Json& contact, const char* channel) {
  if (contact.value("dnd", false))
    return true;
  const auto settings = contact.find("dndSettings");
  if (settings == contact.end() || !settings->is_object() || !settings->contains(channel))
    return false;
  const auto status = text_of((*settings)[channel], "status");
  return status == "active" || status == "permanent";
}

} // namespace tidemark::sandbox
