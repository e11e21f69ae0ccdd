#include "sandbox/world/gohighlevel.hpp"

#include "base/bytes.hpp"
#include "sandbox/world/times.hpp"
#include "sandbox/world/url.hpp"

namespace tidemark::sandbox {
namespace {

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

HttpReply error(unsigned status, const std::string& message) {
  return json_reply(status, {{"statusCode", status}, {"message", message}});
}

} // namespace

Gohighlevel::Gohighlevel(World world)
    : world_(world), ids_(world.settings.seed), tokens_(world.settings.ghl_token),
      book_("phone", "email"),
      signing_seed_(from_hex(world.settings.ghl_seed_hex).value_or(std::string(32, '\0'))),
      refresh_token_(world.settings.ghl_refresh_token) {}

bool Gohighlevel::is_effectful(const HttpRequest& request) const {
  return request.method != "GET" && request.path != "/contacts/search"
         && request.path != "/oauth/token";
}

HttpReply Gohighlevel::answer(const HttpRequest& request, Received& entry) {
  entry.outcome = "refused";
  const bool admitted = limit_.admit(world_.settings.real_limits, world_.now());
  auto refusal = admitted ? refuse(request) : failure(429);
  auto reply = refusal ? std::move(*refusal) : route(request, entry);
  for (auto& header : limit_.headers())
    reply.headers.push_back(std::move(header));
  return reply;
}

std::optional<HttpReply> Gohighlevel::refuse(const HttpRequest& request) {
  if (request.path == "/oauth/token")
    return std::nullopt;
  const auto version = request.header("version");
  if (version.empty())
    return error(401, "version header was not found.");
  if (!is_version(version))
    return error(400, "invalid API version segment: " + std::string(version));
  if (!tokens_.is_current(bearer_of(request.header("authorization"))))
    return error(401, "Invalid JWT");
  return std::nullopt;
}

HttpReply Gohighlevel::failure(unsigned status) {
  switch (status) {
  case 400:
    return error(400, "Bad Request");
  case 401:
    return error(401, "Invalid JWT");
  case 403:
    return error(403, "The token does not have access to this location.");
  case 404:
    return json_reply(404, {{"statusCode", 404}, {"message", "Not Found"}, {"error", "Not Found"}});
  case 422:
    return with_trace(422, {{"statusCode", 422},
                            {"message", Json::array({"property sandbox should not exist"})},
                            {"error", "Unprocessable Entity"}});
  case 429:
    return error(429, "Too Many Requests");
  default:
    return error(status, "Internal server error");
  }
}

HttpReply Gohighlevel::route(const HttpRequest& request, Received& entry) {
  const auto parts = path_parts(request.path);
  if (request.path == "/oauth/token" && request.method == "POST")
    return refresh_token(request.body);
  const auto lost = [&] {
    return json_reply(404, {{"statusCode", 404},
                            {"message", "Cannot " + std::string(request.method) + " "
                                            + std::string(request.path)},
                            {"error", "Not Found"}});
  };
  if (parts.empty() || parts[0] != "contacts" || parts.size() > 3)
    return lost();
  if (request.method == "GET" && parts.size() == 3 && parts[1] == "search"
      && parts[2] == "duplicate")
    return find_duplicate(request.query);
  if (request.method == "POST" && parts.size() <= 2) {
    const auto body = parse_json(request.body);
    if (!body.is_object())
      return error(400, "Unexpected token in JSON body");
    if (parts.size() == 1)
      return create(body, entry, By::api);
    if (parts[1] == "upsert")
      return upsert(body, entry);
    return parts[1] == "search" ? search(body) : lost();
  }
  if (parts.size() == 3 && parts[2] == "tags"
      && (request.method == "POST" || request.method == "DELETE"))
    return change_tags(request, std::string(parts[1]), entry);
  const bool known =
      request.method == "GET" || request.method == "PUT" || request.method == "DELETE";
  return parts.size() == 2 && known ? contact_route(request, std::string(parts[1]), entry) : lost();
}

HttpReply Gohighlevel::contact_route(const HttpRequest& request, const std::string& id,
                                     Received& entry) {
  if (request.method == "DELETE")
    return remove(id, entry, By::api);
  if (request.method == "PUT") {
    const auto body = parse_json(request.body);
    return body.is_object() ? update(id, body, entry, By::api)
                            : error(400, "Unexpected token in JSON body");
  }
  const auto* contact = book_.find(id);
  return contact == nullptr ? not_found(id) : with_trace(200, {{"contact", shape(*contact)}});
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
  return with_trace(201, {{"contact", shape(contact)}});
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
    return with_trace(200, {{"new", true}, {"contact", shape(contact)}});
  }
  Json fields = body;
  if (!by_phone.empty() && by_phone != id)
    fields.erase("phone");
  fields.erase("gender");
  entry.outcome = store_change(id, fields, By::api) ? "updated" : "unchanged";
  entry.contact = id;
  return with_trace(200, {{"new", false}, {"contact", shape(*book_.find(id))}});
}

HttpReply Gohighlevel::update(const std::string& id, const Json& body, Received& entry, By by) {
  if (auto refusal = refuse_body(body, Writing::update))
    return std::move(*refusal);
  if (book_.find(id) == nullptr)
    return not_found(id);
  if (auto refusal = duplicate(body, id)) {
    entry.outcome = "duplicate";
    return std::move(*refusal);
  }
  entry.outcome = store_change(id, body, by) ? "updated" : "unchanged";
  entry.contact = id;
  return json_reply(200, {{"succeded", true}, {"contact", shape(*book_.find(id))}});
}

HttpReply Gohighlevel::remove(const std::string& id, Received& entry, By by) {
  const auto* contact = book_.find(id);
  if (contact == nullptr)
    return not_found(id);
  emit("ContactDelete", *contact, by);
  book_.erase(id);
  entry.outcome = "deleted";
  entry.contact = id;
  return json_reply(200, {{"succeded", true}});
}

HttpReply Gohighlevel::change_tags(const HttpRequest& request, const std::string& id,
                                   Received& entry) {
  const auto* contact = book_.find(id);
  const auto body = parse_json(request.body);
  if (contact == nullptr)
    return not_found(id);
  if (!body.is_object() || !body.contains("tags") || !body["tags"].is_array())
    return failure(422);
  Json tags = contact->value("tags", Json::array());
  for (const auto& tag : body["tags"]) {
    if (!tag.is_string())
      return failure(422);
    const Json name = lower_case(tag.get<std::string>());
    const auto at = std::find(tags.begin(), tags.end(), name);
    if (request.method == "POST" && at == tags.end())
      tags.push_back(name);
    if (request.method == "DELETE" && at != tags.end())
      tags.erase(at);
  }
  entry.outcome = store_change(id, {{"tags", tags}}, By::api) ? "updated" : "unchanged";
  entry.contact = id;
  return with_trace(request.method == "POST" ? 201 : 200, {{"tags", tags}});
}

HttpReply Gohighlevel::refresh_token(std::string_view form) {
  if (query_value(form, "grant_type") != "refresh_token")
    return json_reply(
        401, {{"error", "UnAuthorized!"}, {"error_description", "Authorization code not found"}});
  if (query_value(form, "refresh_token") != refresh_token_)
    return error(400, "Invalid grant: refresh token is invalid");
  // Each refresh spends the old refresh token.
  refresh_token_ = ids_.prefixed("sandbox-refresh-");
  const auto access = ids_.prefixed("sandbox-access-");
  tokens_.rotate(access);
  return with_trace(200, {{"access_token", access},
                          {"token_type", "Bearer"},
                          {"expires_in", 86399},
                          {"refresh_token", refresh_token_},
                          {"scope", "contacts.readonly contacts.write"},
                          {"userType", "Location"},
                          {"companyId", "CMPexample0000000001"},
                          {"locationId", world_.settings.ghl_location},
                          {"userId", "USRexample0000000001"},
                          {"planId", "68c0ffee0000000000000004"}});
}

HttpReply Gohighlevel::person(std::string_view method, const std::string& id, const Json& body) {
  Received ignored; // people leave no entry in the journal of API calls
  if (method == "DELETE")
    return remove(id, ignored, By::person);
  auto fields = gohighlevel_fields(body);
  if (method == "PUT")
    return update(id, fields, ignored, By::person);
  fields["locationId"] = world_.settings.ghl_location;
  return create(fields, ignored, By::person);
}

Json Gohighlevel::contacts() const {
  Json list = Json::array();
  for (const auto& [id, contact] : book_.all())
    list.push_back(contact);
  return list;
}

} // namespace tidemark::sandbox
