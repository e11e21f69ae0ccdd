#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "sandbox/world/times.hpp"
#include "sandbox/world/verity/verity.hpp"

namespace tidemark::sandbox {
namespace {

/// The usual form: flat, with both ids below `raw`.
Json flat_form(const std::string& type, const std::string& status, const Json& message,
               const Json& timestamp) {
  Json body{{"eventType", type},
            {"messageId", message["telnyxMessageId"]},
            {"conversationId", message["conversationId"]},
            {"direction", message["direction"]},
            {"from", message["from"]},
            {"to", message["to"]},
            {"body", message["body"]},
            {"timestamp", timestamp},
            {"status", status}};
  if (status == "failed") {
    body["errorCode"] = message.value("errorCode", Json("40001"));
    body["errorMessage"] = message.value("errorMessage", Json("Not routable"));
  }
  body["raw"] = {{"telnyxMessageId", message["telnyxMessageId"]},
                 {"chatId", message["conversationId"]},
                 {"chatMessageId", message["chatMessageId"]}};
  return body;
}

/// The variant below `data`, which receivers must read as well.
Json nested_form(const std::string& type, const std::string& status, const Json& message,
                 const Json& timestamp) {
  return {{"type", type},
          {"data",
           {{"id", message["telnyxMessageId"]},
            {"conversationId", message["conversationId"]},
            {"direction", message["direction"] == "inbound" ? "incoming" : "outgoing"},
            {"from", message["from"]},
            {"to", message["to"]},
            {"text", message["body"]},
            {"createdAt", timestamp},
            {"status", status}}}};
}

} // namespace

void Verity::emit(const std::string& type, const std::string& status, const Json& message, By by) {
  // The time of forwarding, not of the event.
  const Json timestamp = message.value("timestamp", Json(millis_text(world_.now())));
  const bool nested = message.value("nested", Json(false)) == true;
  send_out(type,
           nested ? nested_form(type, status, message, timestamp)
                  : flat_form(type, status, message, timestamp),
           false, "verity/" + text_of(message, "conversationId"), by);
}

void Verity::send_out(const std::string& kind, const Json& body, bool broadcast,
                      const std::string& order_key, By by) {
  if (!world_.tells(by))
    return;
  const auto& settings = world_.settings;
  WebhookJob job;
  job.system = name();
  job.kind = kind;
  job.id = text_of(body, "messageId");
  job.order_key = order_key;
  job.path = broadcast ? settings.verity_broadcast_path : settings.verity_webhook_path;
  job.body = to_text(body);
  const std::string signature = broadcast ? "X-Broadcast-Signature: " : "X-Texting-Signature: ";
  const std::string plain = broadcast ? "X-DF-Broadcast-Secret: " : "X-Texting-Secret: ";
  job.headers = [signature, plain, secret = settings.verity_secret,
                 hmac = settings.verity_hmac](const std::string& sent) {
    return std::vector<std::string>{hmac ? signature + to_hex(hmac_sha256(secret, {sent}))
                                         : plain + secret};
  };
  world_.webhooks.emit(std::move(job)); // once only: fire and forget
}

std::optional<HttpReply> Verity::play(std::string_view what, const Json& body) {
  if (what == "status")
    return play_status(body);
  if (what == "broadcast")
    return play_broadcast(body);
  return std::nullopt;
}

HttpReply Verity::play_status(const Json& body) {
  const auto found = messages_.find(text_of(body, "message_id"));
  const auto status = text_of(body, "status");
  if (found == messages_.end())
    return error_reply(400, "message_id must be the messageId of an answer to send-message");
  if (status != "sent" && status != "delivered" && status != "failed")
    return error_reply(400, "status must be sent, delivered or failed");
  Json message = found->second;
  for (const auto& [ordered, member] :
       {std::pair{"error_code", "errorCode"}, std::pair{"error_message", "errorMessage"},
        std::pair{"timestamp", "timestamp"}})
    if (body.contains(ordered))
      message[member] = body[ordered];
  emit("message." + status, status, message, By::person);
  return json_reply(201, {{"message", std::move(message)}});
}

HttpReply Verity::play_broadcast(const Json& body) {
  const auto type = body.contains("event_type") ? text_of(body, "event_type") : "analytics_updated";
  const auto named = text_of(body, "broadcast_id");
  const Json told{{"broadcastId", named.empty() ? ids_.uuid(0xba000000) : named},
                  {"eventType", type},
                  {"timestamp", body.value("timestamp", Json(millis_text(world_.now())))}};
  send_out(type, told, true, "", By::person);
  return json_reply(201, {{"broadcast", told}});
}

} // namespace tidemark::sandbox
