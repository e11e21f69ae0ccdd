#include "base/text/phone.hpp"
#include "base/time.hpp"
#include "sandbox/world/gohighlevel/gohighlevel_conversations.hpp"
#include "sandbox/world/gohighlevel/gohighlevel_message_kinds.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {

constexpr const char* not_a_type = "type must be a valid enum value";
constexpr std::size_t attachments_max = 5;

/// Members that a request may hand over to the message as they are.
Json taken_over(const Json& body) {
  Json fields = Json::object();
  for (const char* member : {"altId", "conversationProviderId", "subject", "html", "userId"})
    if (body.contains(member))
      fields[member] = body[member];
  fields["body"] = body.value("message", Json(""));
  fields["attachments"] = body.value("attachments", Json::array());
  if (const auto date = from_rfc3339(text_of(body, "date")))
    fields["dateAdded"] = millis_text(*date);
  return fields;
}

Json text_faults(const Json& body, const KindList& types) {
  Json faults = Json::array();
  if (!types.contains(text_of(body, "type")))
    faults.push_back(not_a_type);
  for (const char* member : {"message", "altId", "conversationId", "contactId"})
    if (body.contains(member) && !body[member].is_string())
      faults.push_back(std::string(member) + " must be a string");
  if (body.contains("attachments") && !body["attachments"].is_array())
    faults.push_back("attachments must be an array");
  return faults;
}

bool is_empty(const Json& body) {
  return text_of(body, "message").empty() && text_of(body, "html").empty()
         && body.value("attachments", Json::array()).empty();
}

} // namespace

HttpReply GhlConversations::message_route(const HttpRequest& request,
                                          const std::vector<std::string_view>& parts,
                                          Received& entry) {
  const std::string id(parts.size() > 2 ? parts[2] : "");
  if (request.method == "GET" && parts.size() == 3)
    return read(id);
  const bool posts = request.method == "POST" && parts.size() <= 3;
  const bool puts = request.method == "PUT" && parts.size() == 4;
  if (!posts && !puts)
    return ghl_no_route(request);
  const auto body = parse_json(request.body);
  if (!body.is_object())
    return ghl_error(400, "Unexpected token in JSON body");
  if (posts && id.empty())
    return send(body, entry);
  if (posts && id == "inbound")
    return log_message(body, entry);
  if (posts && id == "outbound")
    return log_call(body, entry);
  if (puts && parts[3] == "status")
    return set_status(body, id, entry);
  if (puts && parts[3] == "attachments")
    return set_attachments(body, id, entry);
  return ghl_no_route(request);
}

GhlConversations::Addressee GhlConversations::addressee_of(const Json& body) {
  const auto conversation = text_of(body, "conversationId");
  const auto contact = text_of(body, "contactId");
  if (conversation.empty() && contact.empty())
    return {"", office_.refusal(400, "No conversationId passed in body")};
  const auto known = contacts_.find(conversation);
  if (!conversation.empty() && known == contacts_.end())
    return {"", office_.refusal(400, "Conversation with id " + conversation + " not found")};
  const auto found = contact.empty() ? known->second : contact;
  if (office_.book.find(found) == nullptr)
    return {"", office_.no_contact(found)};
  if (!conversation.empty() && known->second != found)
    return {"", office_.refusal(400, "conversationId and contactId do not match")};
  return {found, std::nullopt};
}

std::optional<HttpReply> GhlConversations::refuse_provider(const Json& body,
                                                           const std::string& type) {
  const auto provider = text_of(body, "conversationProviderId");
  const auto& settings = office_.world.settings;
  const bool may_be_left_out = (type == "SMS" || type == "Email") && settings.ghl_default_provider;
  if (provider.empty() && !may_be_left_out)
    return office_.refusal(400, "Incorrect conversationProviderId/type");
  if (!provider.empty() && provider != settings.ghl_provider)
    return office_.refusal(400, "Invalid conversationProviderId");
  return std::nullopt;
}

HttpReply GhlConversations::send(const Json& body, Received& entry) {
  auto faults = text_faults(body, sent_kinds());
  if (text_of(body, "contactId").empty())
    faults.push_back("contactId must be a string");
  if (!faults.empty())
    return office_.unprocessable(std::move(faults));
  const auto contact = text_of(body, "contactId");
  const auto type = text_of(body, "type");
  const auto* person = office_.book.find(contact);
  entry.contact = contact;
  if (person == nullptr)
    return office_.no_contact(contact);
  if (is_empty(body))
    return office_.refusal(400,
                           "There is no message or attachments for this message. Skip sending.");
  const auto& kind = sent_kinds().at(type);
  const auto address = text_of(*person, kind.address);
  if (ghl_is_blocked(*person, kind.dnd_channel)) {
    office_.world.note({.system = "gohighlevel",
                        .channel = kind.send_channel,
                        .person = address,
                        .text = text_of(body, "message"),
                        .blocked = "dnd"});
    const auto channel = *kind.dnd_channel == '\0' ? type : std::string(kind.dnd_channel);
    return office_.refusal(400, "Cannot send message as DND is active for " + channel + ".");
  }
  if (address.empty())
    return office_.refusal(400, std::string("Missing ") + kind.address
                                    + (kind.address == std::string_view("phone") ? " number" : ""));
  if (body.contains("conversationProviderId"))
    if (auto refused = refuse_provider(body, type))
      return std::move(*refused);
  Draft draft{type, contact, false, "sent", taken_over(body), own_number, address};
  draft.fields["source"] = "api";
  draft.fields.erase("altId"); // this call has none
  const auto& message = send_text(draft, By::api);
  entry.outcome = "created";
  return office_.with_trace(200, {{"conversationId", message.shown["conversationId"]},
                                  {"messageId", message.shown["id"]},
                                  {"msg", "Message queued successfully."}});
}

HttpReply GhlConversations::log_message(const Json& body, Received& entry) {
  auto faults = text_faults(body, logged_kinds());
  // The vendor's own text has it so: without a direction the message is an outbound one.
  const Json direction = body.value("direction", Json("outbound"));
  if (direction != "inbound" && direction != "outbound")
    faults.push_back("direction must be a valid enum value");
  if (!faults.empty())
    return office_.unprocessable(std::move(faults));
  const auto type = text_of(body, "type");
  if (type == "Custom" && text_of(body, "conversationProviderId").empty()) {
    entry.outcome = "unchanged"; // success without a body, and nothing is stored
    return {.status = 201};
  }
  if (auto refused = refuse_provider(body, type))
    return std::move(*refused);
  auto addressee = addressee_of(body);
  if (addressee.refusal)
    return std::move(*addressee.refusal);
  Draft draft{type, addressee.contact, direction == "inbound", "delivered", taken_over(body)};
  if (type == "Call") {
    if (auto refused = refuse_call(office_, body, addressee.contact, "from"))
      return std::move(*refused);
    add_call(draft.fields, body["call"]);
    draft.status = call_status(body["call"], draft.inbound);
  }
  entry.outcome = "created";
  entry.contact = addressee.contact;
  return logged(store(draft, By::api));
}

HttpReply GhlConversations::log_call(const Json& body, Received& entry) {
  if (text_of(body, "type") != "Call")
    return office_.unprocessable(Json::array({not_a_type}));
  auto addressee = addressee_of(body);
  if (addressee.refusal)
    return std::move(*addressee.refusal);
  if (auto refused = refuse_provider(body, "Call"))
    return std::move(*refused);
  if (auto refused = refuse_call(office_, body, addressee.contact, "to"))
    return std::move(*refused);
  Draft draft{"Call", addressee.contact, false, call_status(body["call"], false), taken_over(body)};
  add_call(draft.fields, body["call"]);
  entry.outcome = "created";
  entry.contact = addressee.contact;
  return logged(store(draft, By::api));
}

HttpReply GhlConversations::set_status(const Json& body, const std::string& id, Received& entry) {
  const auto status = text_of(body, "status");
  if (!is_status(status))
    return office_.unprocessable(Json::array(
        {"status must be one of the following values: delivered, failed, pending, read"}));
  const auto found = messages_.find(id);
  if (found == messages_.end())
    return office_.refusal(400, "Message with id " + id + " not found");
  auto& message = found->second;
  entry.contact = text_of(message.shown, "contactId");
  const auto own = text_of(message.shown, "conversationProviderId");
  if (own != office_.world.settings.ghl_provider || message.status_refusals > 0) {
    message.status_refusals -= message.status_refusals > 0 ? 1 : 0;
    return office_.refusal(403, "No conversation provider found for this message");
  }
  const auto before = text_of(message.shown, "status");
  const bool forward = rank_of_status(status) > rank_of_status(before);
  entry.outcome = forward ? "updated" : "unchanged";
  if (forward) {
    message.shown["status"] = status;
    if (body.contains("error"))
      message.shown["error"] = body["error"];
    if (status == "failed")
      tell(message, By::api);
  }
  return office_.with_trace(200, {{"conversationId", message.shown["conversationId"]},
                                  {"messageId", id},
                                  {"status", status},
                                  {"msg", "Message status updated."}});
}

HttpReply GhlConversations::set_attachments(const Json& body, const std::string& id,
                                            Received& entry) {
  const Json list = body.value("attachments", Json());
  if (!list.is_array() || list.empty())
    return office_.unprocessable(Json::array({"attachments must be an array"}));
  if (list.size() > attachments_max)
    return office_.unprocessable(Json::array({"attachments must contain no more than 5 elements"}));
  const auto found = messages_.find(id);
  if (found == messages_.end())
    return office_.refusal(400, "Message with id " + id + " not found");
  auto& shown = found->second.shown;
  entry.contact = text_of(shown, "contactId");
  entry.outcome = shown["attachments"] == list ? "unchanged" : "updated";
  shown["attachments"] = list;
  return office_.with_trace(200, {{"messageId", id}, {"attachments", list}});
}

HttpReply GhlConversations::logged(const GhlMessage& message) {
  return office_.with_trace(201, {{"success", true},
                                  {"conversationId", message.shown["conversationId"]},
                                  {"messageId", message.shown["id"]},
                                  {"message", ""},
                                  {"contactId", message.shown["contactId"]},
                                  {"dateAdded", message.shown["dateAdded"]}});
}

} // namespace tidemark::sandbox
