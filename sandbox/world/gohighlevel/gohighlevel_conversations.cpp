#include "sandbox/world/gohighlevel/gohighlevel_conversations.hpp"

#include "sandbox/world/http/url.hpp"
#include "sandbox/world/times.hpp"

#include <algorithm>
#include <charconv>

namespace tidemark::sandbox {
namespace {

constexpr std::size_t page_default = 20;
constexpr std::size_t page_max = 100;

std::size_t limit_of(std::string_view query) {
  const auto text = query_value(query, "limit");
  std::size_t limit = page_default;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return std::clamp<std::size_t>(limit, 1, page_max);
}

} // namespace

HttpReply GhlConversations::answer(const HttpRequest& request,
                                   const std::vector<std::string_view>& parts, Received& entry) {
  if (parts.size() >= 2 && parts[1] == "messages")
    return message_route(request, parts, entry);
  if (request.method == "POST" && parts.size() == 1) {
    const auto body = parse_json(request.body);
    return body.is_object() ? open(body, entry) : ghl_error(400, "Unexpected token in JSON body");
  }
  if (request.method == "GET" && parts.size() == 2 && parts[1] == "search")
    return search(request.query);
  if (request.method == "GET" && parts.size() == 3 && parts[2] == "messages")
    return list(std::string(parts[1]), request.query);
  return ghl_no_route(request);
}

HttpReply GhlConversations::open(const Json& body, Received& entry) {
  Json faults = Json::array();
  for (const char* member : {"locationId", "contactId"})
    if (text_of(body, member).empty())
      faults.push_back(std::string(member) + " must be a string");
  if (!faults.empty())
    return office_.unprocessable(std::move(faults));
  if (text_of(body, "locationId") != office_.world.settings.ghl_location)
    return ghl_error(403, "The token does not have access to this location.");
  const auto contact = text_of(body, "contactId");
  if (office_.book.find(contact) == nullptr)
    return office_.no_contact(contact);
  if (conversations_.contains(contact))
    return office_.refusal(400, "Conversation with contactId " + contact + " already exists");
  entry.outcome = "created";
  entry.contact = contact;
  const auto& id = conversation_with(contact);
  const auto time = millis_text(office_.world.now());
  return office_.with_trace(201, {{"success", true},
                                  {"conversation",
                                   {{"id", id},
                                    {"dateUpdated", time},
                                    {"lastMessageDate", time},
                                    {"dateAdded", time},
                                    {"deleted", false},
                                    {"contactId", contact},
                                    {"locationId", office_.world.settings.ghl_location}}}});
}

const std::string& GhlConversations::conversation_with(const std::string& contact) {
  auto& id = conversations_[contact];
  if (id.empty()) {
    id = office_.ids.twenty("CNV");
    contacts_[id] = contact;
  }
  return id;
}

Json GhlConversations::overview(const std::string& contact, const std::string& conversation) const {
  Json out{{"id", conversation},
           {"contactId", contact},
           {"locationId", office_.world.settings.ghl_location},
           {"type", "TYPE_PHONE"}};
  const auto messages = newest_first(conversation);
  const auto answered = std::ranges::find_if(
      messages, [](const GhlMessage* each) { return each->shown["direction"] != "inbound"; });
  out["unreadCount"] = answered - messages.begin();
  if (!messages.empty()) {
    const auto& last = messages.front()->shown;
    out["lastMessageBody"] = last.value("body", "");
    out["lastMessageType"] = last["messageType"];
    out["lastMessageDirection"] = last["direction"];
    out["lastMessageDate"] = last["dateAdded"];
  }
  if (const auto* person = office_.book.find(contact); person != nullptr)
    for (const auto& [member, name] :
         {std::pair{"name", "fullName"}, std::pair{"name", "contactName"},
          std::pair{"email", "email"}, std::pair{"phone", "phone"}})
      if (person->contains(member))
        out[name] = (*person)[member];
  return out;
}

HttpReply GhlConversations::search(std::string_view query) {
  if (query_value(query, "locationId") != office_.world.settings.ghl_location)
    return ghl_error(403, "The token does not have access to this location.");
  const auto wanted = query_value(query, "contactId");
  const auto limit = limit_of(query);
  Json list = Json::array();
  std::size_t total = 0;
  for (const auto& [contact, conversation] : conversations_) {
    if (!wanted.empty() && contact != wanted)
      continue;
    if (++total <= limit)
      list.push_back(overview(contact, conversation));
  }
  return office_.with_trace(200, {{"conversations", std::move(list)}, {"total", total}});
}

std::vector<const GhlMessage*>
GhlConversations::newest_first(const std::string& conversation) const {
  std::vector<const GhlMessage*> list;
  if (const auto found = messages_in_.find(conversation); found != messages_in_.end())
    for (const auto& id : found->second)
      list.push_back(&messages_.at(id));
  std::ranges::sort(list, [](const GhlMessage* a, const GhlMessage* b) {
    const auto day_a = text_of(a->shown, "dateAdded");
    const auto day_b = text_of(b->shown, "dateAdded");
    return day_a != day_b ? day_a > day_b : a->number > b->number;
  });
  return list;
}

HttpReply GhlConversations::list(const std::string& conversation, std::string_view query) {
  if (!contacts_.contains(conversation))
    return office_.refusal(400, "Conversation with id " + conversation + " not found");
  const auto after = query_value(query, "lastMessageId");
  const auto type = query_value(query, "type");
  auto all = newest_first(conversation);
  if (!after.empty()) {
    const auto at = std::ranges::find_if(
        all, [&](const GhlMessage* message) { return message->shown["id"] == after; });
    all.erase(all.begin(), at == all.end() ? at : at + 1);
  }
  if (!type.empty())
    std::erase_if(all,
                  [&](const GhlMessage* message) { return message->shown["messageType"] != type; });
  const auto limit = limit_of(query);
  Json page = Json::array();
  for (const auto* message : all)
    if (page.size() < limit)
      page.push_back(message->shown);
  const Json last = page.empty() ? Json() : page.back()["id"];
  const bool more = all.size() > page.size();
  // Nested twice, as the real answer is.
  return office_.with_trace(
      200,
      {{"messages", {{"lastMessageId", last}, {"nextPage", more}, {"messages", std::move(page)}}}});
}

HttpReply GhlConversations::read(const std::string& message) {
  const auto found = messages_.find(message);
  if (found == messages_.end())
    return office_.refusal(400, "Message with id " + message + " not found");
  return office_.with_trace(200, {{"message", found->second.shown}});
}

Json GhlConversations::messages() const {
  std::vector<const GhlMessage*> all;
  for (const auto& [id, message] : messages_)
    all.push_back(&message);
  std::ranges::sort(all, [](const auto* a, const auto* b) { return a->number < b->number; });
  Json list = Json::array();
  for (const auto* message : all)
    list.push_back(message->shown);
  return list;
}

void GhlConversations::clear() {
  conversations_.clear();
  contacts_.clear();
  messages_.clear();
  messages_in_.clear();
}

} // namespace tidemark::sandbox
