#include "sandbox/world/aloware/aloware.hpp"

#include "base/bytes.hpp"
#include "base/contains.hpp"
#include "base/text/phone.hpp"
#include "sandbox/world/http/url.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {

/// Members of a contact as look-ups and webhooks show it; others are kept but not shown.
constexpr auto shown = words("id", "first_name", "last_name", "name", "phone_number", "email",
                             "uuid_v4", "is_dnc", "is_opted_out", "is_blocked", "text_authorized",
                             "text_authorized_at", "lrn_type", "intake_source", "contact_source",
                             "date_of_birth", "timezone", "company_name", "tags", "custom");
/// Members of a form that steer the call and are no contact data.
constexpr auto steering =
    words("api_token", "force_update", "add_to_powerdialer", "powerdialer_position", "line_id",
          "sequence_id", "force_update_sequence", "tag_id", "disposition_status_id", "user_id",
          "ring_group_id", "distribute_to_ring_group", "check_available_users",
          "check_available_users_with_fallback");
/// What people change and no call of the API can write: flags, and tags but by an id.
constexpr auto not_by_form =
    words("is_dnc", "is_opted_out", "is_blocked", "text_authorized", "lrn_type", "tags");

/// A body without the steering members, canonical names turned into Aloware's.
Json contact_fields(const Json& body) {
  static const std::map<std::string, std::string> names{
      {"phone", "phone_number"},  {"company", "company_name"},  {"address_line1", "address"},
      {"postal_code", "zipcode"}, {"source", "contact_source"}, {"lead_source", "contact_source"}};
  Json out = Json::object();
  for (const auto& [member, value] : body.items()) {
    if (contains(steering, member))
      continue;
    const auto found = names.find(member);
    out[found == names.end() ? member : found->second] = value;
  }
  return out;
}

/// What a form may write.
Json form_fields(const Json& body) {
  auto fields = contact_fields(body);
  for (const auto member : not_by_form)
    fields.erase(std::string(member));
  return fields;
}

void apply(Json& contact, const Json& fields) {
  for (const auto& [member, value] : fields.items()) {
    if (member == "phone_number" && value.is_string())
      contact[member] = to_e164(value.get<std::string>(), "US").value_or(value.get<std::string>());
    else if (member != "id" && member != "uuid_v4")
      contact[member] = value;
  }
  const auto first = text_of(contact, "first_name");
  const auto last = text_of(contact, "last_name");
  if (!first.empty() || !last.empty())
    contact["name"] = first + (first.empty() || last.empty() ? "" : " ") + last;
}

std::string id_text(const Json& contact) {
  return contact["id"].dump();
}

} // namespace

Json aloware_contact(const Json& contact) {
  Json out = Json::object();
  for (const auto member : shown)
    out[member] = contact.value(member, Json());
  return out;
}

HttpReply html_page() {
  return {.body = "<!DOCTYPE html><html><head><title>App</title></head>"
                  "<body><div id=\"app\"></div></body></html>",
          .content_type = "text/html; charset=UTF-8"};
}

Aloware::Aloware(World world)
    : world_(world), ids_(world.settings.seed), tokens_(world.settings.aloware_token),
      book_("phone_number", "email") {}

HttpReply Aloware::answer(const HttpRequest& request, Received& entry) {
  constexpr std::string_view base = "/api/v1/webhook";
  entry.outcome = "refused";
  if (!request.path.starts_with(base) && request.path != "/api/v1/call-lists")
    return html_page();
  const auto path =
      request.path.starts_with(base) ? request.path.substr(base.size()) : std::string_view();
  const bool posted = request.method == "POST";
  const auto body = posted ? parse_json(request.body) : Json::object();
  if (!body.is_object())
    return failure(400);
  const auto token = posted ? text_of(body, "api_token") : query_value(request.query, "api_token");
  if (tokens_.is_retired(token))
    return failure(401);
  if (!tokens_.is_current(token))
    return html_page();
  if (posted)
    return post(path, body, entry);
  if (path == "/contact/phone-number")
    return look_up(request.query);
  if (request.path == "/api/v1/call-lists" && world_.settings.aloware_list_calls)
    return json_reply(200, lists_.call_lists());
  if (path == "/users")
    return json_reply(200, Json::array({{{"id", 501}, {"name", "Odell Quanbeck"}}}));
  return html_page();
}

HttpReply Aloware::post(std::string_view path, const Json& body, Received& entry) {
  if (path == "/forms")
    return form(body, entry);
  if (path == "/sms-gateway/send")
    return send_text(body, entry);
  if (path == "/two-legged-call")
    return ring(body, entry);
  if (path == "/sequence-enroll" || path == "/sequence-disenroll")
    return change_sequence(body, path == "/sequence-enroll", entry);
  if (path.starts_with("/powerdialer-"))
    return change_lists(path, body, entry);
  return html_page();
}

HttpReply Aloware::failure(unsigned status) {
  switch (status) {
  case 401:
    return json_reply(401, {{"message", "Unauthenticated."}});
  case 404:
    return json_reply(404, {{"error", "Contact not found."}});
  case 422:
    return json_reply(422,
                      {{"message", "The given data was invalid."},
                       {"errors", {{"phone_number", {"The phone number field is required."}}}}});
  case 429:
    return json_reply(429, {{"message", "Too Many Attempts."}});
  default:
    return json_reply(status, {{"message", status < 500 ? "Bad Request" : "Server Error"}});
  }
}

HttpReply Aloware::form(const Json& body, Received& entry) {
  const auto phone = to_e164(text_of(body, "phone_number"), "US");
  if (!phone)
    return failure(422);
  const auto fields = form_fields(body);
  const auto ids = book_.with_phone(*phone);
  if (ids.empty()) {
    entry.outcome = "created";
    entry.contact = id_text(store_new(fields, By::api));
    steer(body, entry.contact);
    return json_reply(201, {{"message", "Contact created."}});
  }
  entry.contact = ids.front();
  if (!body.contains("force_update") || body["force_update"] != true)
    return json_reply(400, {{"message", "Contact already exists."}});
  entry.outcome = store_change(ids.front(), fields, By::api) ? "updated" : "unchanged";
  steer(body, ids.front());
  return json_reply(200, {{"message", "Contact updated."}});
}

HttpReply Aloware::look_up(std::string_view query) {
  const auto phone = to_e164(query_value(query, "phone_number"), "US");
  if (!phone)
    return json_reply(400, {{"error", "Phone number is empty or invalid."}});
  const auto ids = book_.with_phone(*phone);
  return ids.empty() ? failure(404) : json_reply(200, aloware_contact(*book_.find(ids.front())));
}

const Json& Aloware::store_new(const Json& fields, By by) {
  const auto number = ids_.number(70'000'000);
  Json contact{{"id", number},
               {"uuid_v4", ids_.uuid(0xc0000000)},
               {"is_dnc", false},
               {"is_opted_out", false},
               {"is_blocked", false},
               {"text_authorized", true},
               {"text_authorized_at", seconds_text(world_.now())},
               {"lrn_type", "wireless"},
               {"intake_source", by == By::api ? "api" : "manual"},
               {"contact_source", by == By::api ? "lead api" : "manual"},
               {"tags", Json::array()},
               {"custom", Json::object()}};
  apply(contact, fields);
  const auto& stored = book_.put(std::to_string(number), std::move(contact));
  emit("Contact-Created", stored, by);
  return stored;
}

bool Aloware::store_change(const std::string& id, const Json& fields, By by) {
  const Json before = *book_.find(id);
  Json after = before;
  apply(after, fields);
  if (nlohmann::json(before) == nlohmann::json(after)) // sorted: set order is no change
    return false;
  const bool dnc =
      before["is_dnc"] != after["is_dnc"] || before["is_opted_out"] != after["is_opted_out"];
  const auto& stored = book_.put(id, std::move(after));
  emit("Contact-Updated", stored, by);
  if (dnc)
    emit("Contact-DNCUpdated", stored, by);
  return true;
}

HttpReply Aloware::person(std::string_view method, const std::string& id, const Json& body) {
  const auto fields = contact_fields(body);
  if (method == "POST") {
    if (!to_e164(text_of(fields, "phone_number"), "US"))
      return failure(422);
    return json_reply(201, {{"contact", store_new(fields, By::person)}});
  }
  if (book_.find(id) == nullptr)
    return failure(404);
  if (method == "DELETE") { // the real one has no webhook for it
    book_.erase(id);
    return json_reply(200, {{"message", "Contact deleted."}});
  }
  store_change(id, fields, By::person);
  return json_reply(200, {{"contact", *book_.find(id)}});
}

bool Aloware::plant(const Json& fields) {
  store_new(contact_fields(fields), By::seed);
  return true;
}

std::optional<Json> Aloware::kept(std::string_view what) const {
  return what == "memberships" ? std::optional(lists_.dump()) : std::nullopt;
}

void Aloware::clear() {
  book_.clear();
  lists_.clear();
  communications_.clear();
}

void Aloware::emit(const char* event, const Json& contact, By by) {
  send_out({{"event", event}, {"body", aloware_contact(contact)}}, "aloware/" + id_text(contact),
           by);
}

void Aloware::send_out(const Json& body, std::string order_key, By by) {
  if (!world_.tells(by))
    return;
  WebhookJob job;
  job.system = name();
  job.kind = text_of(body, "event");
  job.order_key = std::move(order_key);
  job.path = world_.settings.aloware_webhook_path;
  job.body = to_text(body);
  const auto& settings = world_.settings;
  job.headers = [credential = to_base64(settings.aloware_hook_user + ":"
                                        + settings.aloware_hook_password)](const std::string&) {
    return std::vector<std::string>{"Authorization: Basic " + credential,
                                    "User-Agent: GuzzleHttp/7"};
  };
  world_.webhooks.emit(std::move(job)); // once only: Aloware never retries
}

} // namespace tidemark::sandbox
