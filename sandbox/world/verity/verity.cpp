#include "sandbox/world/verity/verity.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/phone.hpp"
#include "sandbox/world/stop_words.hpp"

namespace tidemark::sandbox {
namespace {

constexpr const char* own_number = "+13125550117";
constexpr const char* stop_code = "40300"; // Telnyx: blocked due to STOP message

HttpReply plain(unsigned status, std::string text) {
  return {.status = status, .body = std::move(text), .content_type = "text/plain"};
}

} // namespace

Verity::Verity(World world)
    : world_(world), ids_(world.settings.seed), tokens_(world.settings.verity_token),
      book_("phone", "email") {}

HttpReply Verity::answer(const HttpRequest& request, Received& entry) {
  entry.outcome = "refused";
  if (request.method == "POST" && request.path == "/api/integrations/ghl/webhook")
    return forwarded(request, entry);
  if (request.method == "POST" && request.path == "/api/integrations/df-middleware/send-message")
    return send_message(request, entry);
  return failure(404);
}

HttpReply Verity::failure(unsigned status) {
  return plain(status, status == 401   ? "Unauthorized"
                       : status == 404 ? "Not Found"
                       : status >= 500 ? "Internal Server Error"
                                       : "Bad Request");
}

HttpReply Verity::forwarded(const HttpRequest& request, Received& entry) {
  if (request.header("x-middleware-forwarded") != "true")
    return failure(401);
  // Sources contradict each other: the plain secret and the HMAC form are both taken.
  const auto given = request.header("x-middleware-secret");
  const auto& secret = world_.settings.verity_secret;
  if (!equal_constant_time(given, secret)
      && !equal_constant_time(given, to_hex(hmac_sha256(secret, {request.body}))))
    return failure(401);
  const auto body = parse_json(request.body);
  if (!body.is_object())
    return plain(400, "Invalid JSON");
  entry.contact = text_of(body, "id");
  const auto webhook = text_of(body, "webhookId");
  if (!webhook.empty() && !seen_webhooks_.insert(webhook).second) {
    entry.outcome = "repeated";
    return json_reply(200, {{"success", true}, {"message", "Duplicate event ignored"}});
  }
  const auto type = text_of(body, "type");
  entry.outcome = "accepted";
  if (type == "ContactDelete") {
    book_.erase(entry.contact);
    entry.outcome = "deleted";
  } else if (type.starts_with("Contact") && !entry.contact.empty()) {
    entry.outcome = book_.find(entry.contact) == nullptr ? "created" : "updated";
    book_.put(entry.contact, body);
  }
  return json_reply(200, {{"success", true}, {"message", "Webhook received"}});
}

HttpReply Verity::send_message(const HttpRequest& request, Received& entry) {
  if (!tokens_.is_current(bearer_of(request.header("authorization"))))
    return failure(401);
  const auto body = parse_json(request.body);
  if (!body.is_object() || !is_e164(text_of(body, "to")) || text_of(body, "body").empty())
    return plain(400, "to (E.164) and body are required");
  const auto to = text_of(body, "to");
  if (const auto named = text_of(body, "conversationId"); !named.empty())
    chats_[to] = named;
  const auto chat = chat_with(to);
  const auto own_id = ids_.uuid(0xf0000000);
  const Json message{{"conversationId", chat},
                     {"direction", "outbound"},
                     {"from", body.value("from", Json(own_number))},
                     {"to", to},
                     {"body", body["body"]},
                     {"telnyxMessageId", ids_.uuid(0xb0000000)},
                     {"chatMessageId", own_id}};
  messages_[own_id] = message;
  const bool stopped = stops_.contains(to); // Telnyx refuses it below Verity
  world_.note({.system = "verity",
               .person = to,
               .text = text_of(body, "body"),
               .blocked = stopped ? stop_code : ""});
  const auto& wanted = world_.settings.verity_sends;
  if (stopped || wanted == "failed") {
    Json failed = message;
    failed["errorCode"] = stopped ? stop_code : "40001";
    failed["errorMessage"] = stopped ? "Blocked due to STOP message" : "Not routable";
    emit("message.failed", "failed", failed, By::api);
  } else if (wanted != "none") {
    emit("message.sent", "sent", message, By::api);
    if (wanted == "delivered")
      emit("message.delivered", "delivered", message, By::api);
  }
  entry.outcome = "accepted";
  return json_reply(
      200, {{"success", true}, {"messageId", own_id}, {"chatId", chat}, {"status", "pending"}});
}

HttpReply Verity::person(std::string_view method, const std::string&, const Json& body) {
  const auto from = to_e164(text_of(body, "from"), "US");
  if (method != "POST" || !from)
    return plain(422, "a person texts by POST {\"from\":phone,\"to\":phone,\"body\":text}");
  const auto text = text_of(body, "body");
  if (is_stop_word(text))
    stops_.insert(*from);
  if (is_start_word(text))
    stops_.erase(*from);
  const auto named = text_of(body, "message_id");
  Json message{{"conversationId", chat_with(*from)},
               {"direction", "inbound"},
               {"from", *from},
               {"to", body.value("to", Json(own_number))},
               {"body", text},
               {"telnyxMessageId", named.empty() ? ids_.uuid(0xb0000000) : named},
               {"chatMessageId", ids_.uuid(0xf0000000)}};
  for (const char* member : {"timestamp", "nested"})
    if (body.contains(member))
      message[member] = body[member];
  world_.note({.system = "verity",
               .inbound = true,
               .person = *from,
               .text = text,
               .stop = is_stop_word(text)});
  emit("message.received", "received", message, By::person);
  return json_reply(201, {{"message", message}});
}

std::string Verity::chat_with(const std::string& phone) {
  auto& chat = chats_[phone];
  if (chat.empty())
    chat = ids_.uuid(0xa0000000);
  return chat;
}

std::optional<Json> Verity::kept(std::string_view what) const {
  if (what == "stops")
    return Json(stops_);
  return what == "messages" ? std::optional(values_of(messages_)) : std::nullopt;
}

void Verity::clear() {
  book_.clear();
  seen_webhooks_.clear();
  chats_.clear();
  messages_.clear();
  stops_.clear();
}

} // namespace tidemark::sandbox
