#include "sandbox/world/gohighlevel/gohighlevel.hpp"

#include "sandbox/world/http/url.hpp"
#include "sandbox/world/stop_words.hpp"

namespace tidemark::sandbox {
namespace {

/// Does the path's family of calls take this version?
bool takes_version(std::string_view path, std::string_view version) {
  const auto* own = path.starts_with("/conversations") ? "2021-04-15" : "2021-07-28";
  return version == own || version == "2023-02-21";
}

/// `2021-07-28` or `v3`
bool is_version(std::string_view text) {
  if (text == "v3")
    return true;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return false;
  for (const std::size_t at : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U})
    if (text[at] < '0' || text[at] > '9')
      return false;
  return true;
}

} // namespace

Gohighlevel::Gohighlevel(World world)
    : office_(std::move(world)), tokens_(office_.world.settings.ghl_token),
      limit_(office_.world.settings), oauth_(office_), notes_(office_), conversations_(office_) {}

bool Gohighlevel::is_effectful(const HttpRequest& request) const {
  return request.method != "GET" && request.path != "/contacts/search"
         && !request.path.starts_with("/oauth/");
}

HttpReply Gohighlevel::answer(const HttpRequest& request, Received& entry) {
  entry.outcome = "refused";
  const bool admitted = limit_.admit(office_.world.now());
  auto refusal = admitted ? refuse(request) : failure(429);
  auto reply = refusal ? std::move(*refusal) : route(request, entry);
  for (auto& header : limit_.headers())
    reply.headers.push_back(std::move(header));
  return reply;
}

GhlOauth::Reach Gohighlevel::reach_of(std::string_view token) const {
  return tokens_.is_current(token) ? GhlOauth::Reach::location : oauth_.reach_of(token);
}

std::optional<HttpReply> Gohighlevel::refuse(const HttpRequest& request) {
  if (request.path == "/oauth/token")
    return std::nullopt;
  const auto version = request.header("version");
  if (version.empty())
    return ghl_error(401, "version header was not found.");
  if (!is_version(version))
    return ghl_error(400, "invalid API version segment: " + std::string(version));
  if (!takes_version(request.path, version))
    return ghl_error(401, "version header is invalid.");
  const auto token = bearer_of(request.header("authorization"));
  const auto reach = reach_of(token);
  if (reach == GhlOauth::Reach::none)
    return ghl_error(401, "Invalid JWT");
  if (reach == GhlOauth::Reach::company && request.path != "/oauth/locationToken")
    return ghl_error(401, "This authClass type is not allowed to access this scope.");
  if (token.starts_with("pit-") && request.path.starts_with("/conversations/messages")
      && request.path != "/conversations/messages" && request.method != "GET")
    return ghl_error(403, "The token does not have access to this conversation provider.");
  return std::nullopt;
}

HttpReply Gohighlevel::failure(unsigned status) {
  switch (status) {
  case 400:
    return ghl_error(400, "Bad Request");
  case 401:
    return ghl_error(401, "Invalid JWT");
  case 403:
    return ghl_error(403, "The token does not have access to this location.");
  case 404:
    return json_reply(404, {{"statusCode", 404}, {"message", "Not Found"}, {"error", "Not Found"}});
  case 422:
    return office_.with_trace(422, {{"statusCode", 422},
                                    {"message", Json::array({"property sandbox should not exist"})},
                                    {"error", "Unprocessable Entity"}});
  case 429:
    return ghl_error(429, "Too Many Requests");
  default:
    return ghl_error(status, "Internal server error");
  }
}

HttpReply Gohighlevel::route(const HttpRequest& request, Received& entry) {
  const auto parts = path_parts(request.path);
  if (request.path == "/oauth/token" && request.method == "POST")
    return oauth_.token(request);
  if (request.path == "/oauth/locationToken" && request.method == "POST")
    return oauth_.location_token(request, reach_of(bearer_of(request.header("authorization"))));
  if (!parts.empty() && parts[0] == "conversations")
    return conversations_.answer(request, parts, entry);
  if (parts.size() == 3 && parts[0] == "locations" && parts[2] == "customFields"
      && request.method == "GET")
    return office_.with_trace(200, {{"customFields", custom_fields_}});
  if (parts.empty() || parts[0] != "contacts" || parts.size() > 4)
    return ghl_no_route(request);
  return contacts_route(request, parts, entry);
}

HttpReply Gohighlevel::contacts_route(const HttpRequest& request,
                                      const std::vector<std::string_view>& parts, Received& entry) {
  const auto method = request.method;
  if (method == "GET" && request.path == "/contacts/search/duplicate")
    return find_duplicate(request.query);
  if (method == "POST" && parts.size() <= 2) {
    const auto body = parse_json(request.body);
    if (!body.is_object())
      return ghl_error(400, "Unexpected token in JSON body");
    if (parts.size() == 1)
      return create(body, entry, By::api);
    if (parts[1] == "upsert")
      return upsert(body, entry);
    return parts[1] == "search" ? search(body) : ghl_no_route(request);
  }
  const std::string id(parts.size() > 1 ? parts[1] : "");
  const std::string last(parts.size() > 3 ? parts[3] : "");
  if (parts.size() == 2 && (method == "GET" || method == "PUT" || method == "DELETE"))
    return contact_route(request, id, entry);
  const bool known = parts.size() > 2 && office_.book.find(id) != nullptr;
  const bool changes = method == "POST" || method == "DELETE";
  if (parts.size() == 3 && parts[2] == "tags" && changes)
    return known ? change_tags(request, id, entry) : office_.no_contact(id);
  if (parts.size() == 4 && parts[2] == "workflow" && changes)
    return known ? change_workflow(request, id, last, entry) : office_.no_contact(id);
  if (parts.size() >= 3 && parts[2] == "notes")
    return known ? notes_.answer(request, id, last, entry) : office_.no_contact(id);
  return ghl_no_route(request);
}

HttpReply Gohighlevel::contact_route(const HttpRequest& request, const std::string& id,
                                     Received& entry) {
  if (request.method == "DELETE")
    return remove(id, entry, By::api);
  if (request.method == "PUT") {
    const auto body = parse_json(request.body);
    return body.is_object() ? update(id, body, entry, By::api)
                            : ghl_error(400, "Unexpected token in JSON body");
  }
  const auto* contact = office_.book.find(id);
  return contact == nullptr ? office_.no_contact(id)
                            : office_.with_trace(200, {{"contact", shape(*contact)}});
}

HttpReply Gohighlevel::create(const Json& body, Received& entry, By by) {
  if (auto refusal = refuse_body(body, Writing::create))
    return std::move(*refusal);
  if (auto refusal = duplicate(body, "")) {
    entry.outcome = "duplicate";
    return std::move(*refusal);
  }
  const auto& contact = store_new(body, by);
  entry.outcome = "created";
  entry.contact = text_of(contact, "id");
  return office_.with_trace(201, {{"contact", shape(contact)}});
}

HttpReply Gohighlevel::upsert(const Json& body, Received& entry) {
  if (auto refusal = refuse_body(body, Writing::upsert))
    return std::move(*refusal);
  // The location's setting orders e-mail before phone; a second match loses its field silently.
  const auto by_email = other_with(body, "email", "");
  const auto by_phone = other_with(body, "phone", "");
  const auto id = by_email.empty() ? by_phone : by_email;
  if (id.empty()) {
    const auto& contact = store_new(body, By::api);
    entry.outcome = "created";
    entry.contact = text_of(contact, "id");
    return office_.with_trace(200, {{"new", true}, {"contact", shape(contact)}});
  }
  Json fields = body;
  if (!by_phone.empty() && by_phone != id)
    fields.erase("phone");
  fields.erase("gender");
  entry.outcome = store_change(id, fields, By::api) ? "updated" : "unchanged";
  entry.contact = id;
  return office_.with_trace(200, {{"new", false}, {"contact", shape(*office_.book.find(id))}});
}

HttpReply Gohighlevel::update(const std::string& id, const Json& body, Received& entry, By by) {
  if (auto refusal = refuse_body(body, Writing::update))
    return std::move(*refusal);
  if (office_.book.find(id) == nullptr)
    return office_.no_contact(id);
  if (auto refusal = duplicate(body, id)) {
    entry.outcome = "duplicate";
    return std::move(*refusal);
  }
  entry.outcome = store_change(id, body, by) ? "updated" : "unchanged";
  entry.contact = id;
  return json_reply(200, {{"succeded", true}, {"contact", shape(*office_.book.find(id))}});
}

HttpReply Gohighlevel::remove(const std::string& id, Received& entry, By by) {
  const auto* contact = office_.book.find(id);
  if (contact == nullptr)
    return office_.no_contact(id);
  emit("ContactDelete", *contact, by);
  office_.book.erase(id);
  entry.outcome = "deleted";
  entry.contact = id;
  return json_reply(200, {{"succeded", true}});
}

HttpReply Gohighlevel::change_tags(const HttpRequest& request, const std::string& id,
                                   Received& entry) {
  const auto body = parse_json(request.body);
  if (!body.is_object() || !body.contains("tags") || !body["tags"].is_array())
    return office_.unprocessable(Json::array({"tags must be an array"}));
  Json tags = office_.book.find(id)->value("tags", Json::array());
  for (const auto& tag : body["tags"]) {
    if (!tag.is_string())
      return office_.unprocessable(Json::array({"each value in tags must be a string"}));
    const Json name = lower_case(tag.get<std::string>());
    const auto at = std::ranges::find(tags, name);
    if (request.method == "POST" && at == tags.end())
      tags.push_back(name);
    if (request.method == "DELETE" && at != tags.end())
      tags.erase(at);
  }
  entry.outcome = store_change(id, {{"tags", tags}}, By::api) ? "updated" : "unchanged";
  entry.contact = id;
  return office_.with_trace(request.method == "POST" ? 201 : 200, {{"tags", tags}});
}

HttpReply Gohighlevel::change_workflow(const HttpRequest& request, const std::string& id,
                                       const std::string& workflow, Received& entry) {
  entry.contact = id;
  if (request.method == "DELETE") {
    entry.outcome = workflows_.erase({workflow, id}) > 0 ? "removed" : "unchanged";
  } else {
    entry.outcome = workflows_.emplace(workflow, id).second ? "added" : "unchanged";
    // What the workflow does is not known: it may write to the person.
    const auto& contact = *office_.book.find(id);
    office_.world.note({.system = "gohighlevel",
                        .channel = "workflow",
                        .person = text_of(contact, "phone"),
                        .text = workflow});
  }
  return office_.with_trace(200, {{"succeded", true}});
}

HttpReply Gohighlevel::person(std::string_view method, const std::string& id, const Json& body) {
  Received ignored; // people leave no entry in the journal of API calls
  if (method == "DELETE")
    return remove(id, ignored, By::person);
  auto fields = gohighlevel_fields(body);
  if (method == "PUT")
    return update(id, fields, ignored, By::person);
  fields["locationId"] = office_.world.settings.ghl_location;
  return create(fields, ignored, By::person);
}

bool Gohighlevel::plant(const Json& fields) {
  store_new(gohighlevel_fields(fields), By::seed);
  return true;
}

HttpReply Gohighlevel::receive_text(const Json& body) {
  auto reply = conversations_.receive_text(body);
  if (reply.status != 201)
    return reply;
  const auto contact = text_of(parse_json(reply.body), "contactId");
  const auto text = text_of(body, "message");
  const auto status = body.contains("stop_status") ? text_of(body, "stop_status") : "active";
  if (is_stop_word(text))
    store_change(
        contact,
        {{"dndSettings", {{"SMS", {{"status", status}, {"message", "STOP"}, {"code", "101"}}}}}},
        By::person);
  if (is_start_word(text))
    store_change(contact, {{"dndSettings", {{"SMS", {{"status", "inactive"}}}}}}, By::person);
  return reply;
}

std::optional<HttpReply> Gohighlevel::play(std::string_view what, const Json& body) {
  if (what == "install")
    return oauth_.install(body);
  if (what == "end-tokens") {
    oauth_.end_all();
    return json_reply(200, {{"ended", true}});
  }
  if (what == "agent-sms")
    return conversations_.agent_text(body);
  if (what == "inbound-sms")
    return receive_text(body);
  if (what == "custom-fields") {
    custom_fields_ = body.value("customFields", Json::array());
    return json_reply(200, {{"customFields", custom_fields_}});
  }
  return std::nullopt;
}

std::optional<Json> Gohighlevel::kept(std::string_view what) const {
  if (what == "notes")
    return notes_.all();
  if (what == "messages")
    return conversations_.messages();
  if (what != "workflows")
    return std::nullopt;
  Json list = Json::array();
  for (const auto& [workflow, contact] : workflows_)
    list.push_back({{"workflow", workflow}, {"contact", contact}});
  return list;
}

void Gohighlevel::rotate_token(std::string token) {
  tokens_.rotate(std::move(token));
  oauth_.end_all();
}

void Gohighlevel::clear() {
  office_.book.clear();
  notes_.clear();
  conversations_.clear();
  workflows_.clear();
  custom_fields_ = Json::array();
  limit_.clear();
}

} // namespace tidemark::sandbox
