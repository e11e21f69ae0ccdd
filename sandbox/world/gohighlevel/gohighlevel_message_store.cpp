#include "base/text/phone.hpp"
#include "sandbox/world/gohighlevel/gohighlevel_conversations.hpp"
#include "sandbox/world/gohighlevel/gohighlevel_message_kinds.hpp"
#include "sandbox/world/stop_words.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {

const MessageKind& kind_of(const std::string& type) {
  const auto found = sent_kinds().find(type);
  return found != sent_kinds().end() ? found->second : logged_kinds().at(type);
}

/// What whoever ordered a message hears of it.
HttpReply played(const GhlMessage& message) {
  const auto& shown = message.shown;
  return json_reply(201, {{"messageId", shown["id"]},
                          {"conversationId", shown["conversationId"]},
                          {"contactId", shown["contactId"]}});
}

/// Members of a call's webhook.
void add_call_members(Json& out, const Json& shown) {
  out["callDuration"] = 0; // the API has no member for it
  out["callStatus"] = shown["meta"]["call"]["status"];
}

} // namespace

const GhlMessage& GhlConversations::store(const Draft& draft, By by) {
  const auto& kind = kind_of(draft.type);
  const auto id = office_.ids.twenty("MSG");
  const auto& conversation = conversation_with(draft.contact);
  GhlMessage message;
  message.type = draft.type;
  message.from = draft.from;
  message.to = draft.to;
  message.number = ++count_;
  message.status_refusals = office_.world.settings.ghl_status_refusals;
  auto& shown = message.shown;
  shown = {{"id", id},
           {"direction", draft.inbound ? "inbound" : "outbound"},
           {"status", draft.status},
           {"messageType", kind.type_text},
           {"locationId", office_.world.settings.ghl_location},
           {"contactId", draft.contact},
           {"conversationId", conversation},
           {"dateAdded", millis_text(office_.world.now())}};
  if (kind.number != 0)
    shown["type"] = kind.number;
  if (draft.type != "Call")
    shown["contentType"] = draft.type == "Email" ? "text/html" : "text/plain";
  shown.update(draft.fields);
  // Messages of the default provider carry its id also where the request left it out.
  if (by == By::api && draft.from.empty() && !shown.contains("conversationProviderId"))
    shown["conversationProviderId"] = office_.world.settings.ghl_provider;
  messages_in_[conversation].push_back(id);
  const auto& stored = messages_[id] = std::move(message);
  tell(stored, by);
  return stored;
}

const GhlMessage& GhlConversations::send_text(const Draft& draft, By by) {
  const auto& settings = office_.world.settings;
  const auto& kind = kind_of(draft.type);
  auto next = draft;
  const bool through_provider = draft.type == "SMS" && !settings.ghl_delivery_url.empty();
  if (through_provider) {
    next.status = "pending";
    next.fields["conversationProviderId"] = settings.ghl_provider;
  }
  const auto& message = store(next, by);
  if (!through_provider) {
    office_.world.note({.system = "gohighlevel",
                        .channel = kind.send_channel,
                        .person = draft.to,
                        .text = text_of(draft.fields, "body")});
    return message;
  }
  Json body{{"contactId", draft.contact},
            {"locationId", settings.ghl_location},
            {"messageId", message.shown["id"]},
            {"type", "SMS"},
            {"phone", draft.to},
            {"message", draft.fields["body"]},
            {"attachments", draft.fields["attachments"]}};
  if (draft.fields.contains("userId"))
    body["userId"] = draft.fields["userId"];
  office_.deliver(body);
  return message;
}

void GhlConversations::tell(const GhlMessage& message, By by) {
  const bool inbound = message.shown["direction"] == "inbound";
  office_.emit(inbound ? "InboundMessage" : "OutboundMessage", ghl_message_webhook(message),
               text_of(message.shown, "contactId"), by);
}

Json ghl_message_webhook(const GhlMessage& message) {
  const auto& shown = message.shown;
  const auto& kind = kind_of(message.type);
  Json out{{"attachments", shown["attachments"]}};
  const auto copy = [&](const char* member) {
    if (shown.contains(member))
      out[member] = shown[member];
  };
  for (const char* member :
       {"body", "contactId", "contentType", "conversationId", "dateAdded", "direction"})
    copy(member);
  out["messageType"] = kind.webhook_type;
  if (kind.number != 0) {
    out["messageTypeId"] = kind.number;
    out["messageTypeString"] = kind.type_text;
  }
  for (const char* member : {"source", "status"})
    copy(member);
  out["messageId"] = shown["id"];
  copy("userId");
  if (message.type == "Call") {
    add_call_members(out, shown);
    copy("from");
    copy("to");
  } else {
    // Those that a provider logged have empty objects here.
    out["from"] = message.from.empty() ? Json::object() : Json(message.from);
    out["to"] = message.to.empty() ? Json::object() : Json(message.to);
  }
  copy("conversationProviderId");
  return out;
}

HttpReply GhlConversations::agent_text(const Json& body) {
  const auto contact = text_of(body, "contact_id");
  const auto* person = office_.book.find(contact);
  if (person == nullptr)
    return office_.no_contact(contact);
  const auto phone = text_of(*person, "phone");
  if (text_of(body, "message").empty() || phone.empty())
    return error_reply(422, "needs a message, and a contact with a phone");
  if (ghl_is_blocked(*person, "SMS"))
    return office_.refusal(400, "Cannot send message as DND is active for SMS.");
  Draft draft{"SMS", contact, false, "sent", Json::object(), own_number, phone};
  draft.fields = {{"body", body["message"]},
                  {"attachments", body.value("attachments", Json::array())},
                  {"source", "app"},
                  {"userId", body.value("user_id", "USRexample0000000001")}};
  return played(send_text(draft, By::person));
}

HttpReply GhlConversations::receive_text(const Json& body) {
  auto contact = text_of(body, "contact_id");
  const auto phone = text_of(body, "phone");
  const auto ids = office_.book.with_phone(to_e164(phone, "US").value_or(phone));
  if (contact.empty() && !ids.empty())
    contact = ids.front();
  const auto* person = office_.book.find(contact);
  if (person == nullptr)
    return office_.no_contact(contact);
  const auto text = text_of(body, "message");
  const auto from = text_of(*person, "phone");
  office_.world.note({.system = "gohighlevel",
                      .inbound = true,
                      .person = from,
                      .text = text,
                      .stop = is_stop_word(text)});
  const Draft draft{"SMS",
                    contact,
                    true,
                    "delivered",
                    {{"body", text}, {"attachments", body.value("attachments", Json::array())}},
                    from,
                    own_number};
  return played(store(draft, By::person));
}

} // namespace tidemark::sandbox
