#include "sandbox/world/generic/generic_crm.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/phone.hpp"
#include "base/text/split.hpp"
#include "base/text/whole_number.hpp"
#include "sandbox/world/http/url.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {

constexpr int attempts_max = 10; // the first and the nine of the recommended plan
constexpr std::int64_t tolerance_seconds = 300;

void apply(Json& contact, const Json& fields) {
  for (const auto& [member, value] : fields.items()) {
    if (member == "id" || member == "created_at" || member == "updated_at")
      continue;
    if (value.is_null())
      contact.erase(member);
    else
      contact[member] = value;
  }
}

} // namespace

std::string standard_webhook_signature(const std::string& secret, std::string_view id,
                                       std::string_view timestamp, std::string_view body) {
  constexpr std::string_view prefix = "whsec_";
  const auto text = secret.starts_with(prefix) ? secret.substr(prefix.size()) : secret;
  const auto key = from_base64(text).value_or(text);
  const auto mac = hmac_sha256(key, {id, ".", timestamp, ".", body});
  return "v1," + to_base64(as_view(mac));
}

GenericCrm::GenericCrm(World world)
    : world_(world), ids_(world.settings.seed), tokens_(world.settings.generic_token),
      book_("phone", "email") {}

HttpReply GenericCrm::answer(const HttpRequest& request, Received& entry) {
  entry.outcome = "refused";
  if (request.path.starts_with("/webhooks"))
    return request.method == "POST" ? receive(request, entry) : failure(404);
  if (request.path.starts_with("/contacts"))
    return rest(request, entry);
  return failure(404);
}

HttpReply GenericCrm::failure(unsigned status) {
  return error_reply(status, status == 401   ? "unauthorized"
                             : status == 404 ? "not found"
                             : status == 409 ? "conflict"
                             : status == 422 ? "unprocessable"
                             : status == 429 ? "slow down"
                             : status >= 500 ? "internal error"
                                             : "bad request");
}

std::optional<std::string> GenericCrm::unsigned_because(const HttpRequest& request) const {
  const auto id = request.header("webhook-id");
  const auto timestamp = request.header("webhook-timestamp");
  const auto signatures = request.header("webhook-signature");
  if (id.empty() || timestamp.empty() || signatures.empty())
    return "webhook-id, webhook-timestamp and webhook-signature are required";
  const auto seconds = whole_number<std::int64_t>(timestamp);
  if (!seconds || std::abs(unix_micros(world_.now()) / 1'000'000 - *seconds) > tolerance_seconds)
    return "webhook-timestamp is not within 300 seconds";
  const auto expected =
      standard_webhook_signature(world_.settings.generic_secret_in, id, timestamp, request.body);
  for (const auto signature : split(signatures, " "))
    if (equal_constant_time(signature, expected))
      return std::nullopt;
  return "no signature matches";
}

HttpReply GenericCrm::receive(const HttpRequest& request, Received& entry) {
  if (const auto why = unsigned_because(request))
    return error_reply(401, *why);
  const std::string id(request.header("webhook-id"));
  if (const auto seen = seen_webhooks_.find(id); seen != seen_webhooks_.end()) {
    entry.outcome = "repeated";
    return seen->second;
  }
  const auto body = parse_json(request.body);
  if (!body.is_object() || !body.contains("data") || !body["data"].is_object())
    return error_reply(400, "the body needs type and data");
  const auto type = text_of(body, "type");
  auto reply =
      type.starts_with("contact.") ? obey(type, body["data"], entry) : keep_event(id, body, entry);
  if (reply.status < 300)
    seen_webhooks_.emplace(id, reply);
  return reply;
}

HttpReply GenericCrm::obey(const std::string& type, const Json& data, Received& entry) {
  const auto id = text_of(data, "id");
  const bool known = book_.find(id) != nullptr;
  entry.contact = id;
  if (type == "contact.deleted") {
    if (known)
      remove(id, By::api);
    entry.outcome = known ? "deleted" : "unchanged";
    return json_reply(200, {{"id", id}});
  }
  if (type != "contact.created" && type != "contact.updated")
    return json_reply(202, {{"id", id}});
  if (known) {
    entry.outcome = store_change(id, data, By::api) ? "updated" : "unchanged";
    return json_reply(200, {{"id", id}});
  }
  if (type == "contact.updated")
    return error_reply(404, "no contact has this id: send contact.created");
  entry.outcome = "created";
  entry.contact = text_of(store_new(data, By::api), "id");
  return json_reply(201, {{"id", entry.contact}});
}

HttpReply GenericCrm::keep_event(const std::string& webhook_id, const Json& body, Received& entry) {
  const auto type = text_of(body, "type");
  const auto& data = body["data"];
  entry.contact = text_of(data, "contact_id");
  const bool known =
      type == "consent.changed" || type.starts_with("message.") || type.starts_with("call.");
  if (type == "consent.changed")
    for (const char* member : {"contact_id", "channel", "state"})
      if (text_of(data, member).empty())
        return error_reply(422, std::string("data.") + member + " is required");
  entry.outcome = known ? "accepted" : "ignored";
  if (known)
    events_.push_back({{"webhook_id", webhook_id}, {"body", body}});
  return json_reply(202, {{"id", text_of(data, "id")}});
}

HttpReply GenericCrm::rest(const HttpRequest& request, Received& entry) {
  if (!tokens_.is_current(bearer_of(request.header("authorization"))))
    return failure(401);
  const auto parts = path_parts(request.path);
  const std::string id(parts.size() > 1 ? parts[1] : "");
  if (request.method == "GET" && id.empty())
    return list(request.query);
  if (request.method == "GET") {
    const auto* contact = book_.find(id);
    return contact == nullptr ? failure(404) : json_reply(200, *contact);
  }
  const auto body = request.method == "DELETE" ? Json::object() : parse_json(request.body);
  if (!body.is_object())
    return error_reply(400, "the body is not a JSON object");
  auto reply = person(request.method, id, body);
  entry.outcome = reply.status >= 300          ? "refused"
                  : request.method == "POST"   ? "created"
                  : request.method == "DELETE" ? "deleted"
                                               : "updated";
  entry.contact = reply.status < 300 ? text_of(parse_json(reply.body), "id") : id;
  return reply;
}

HttpReply GenericCrm::list(std::string_view query) const {
  const auto phone = query_value(query, "phone");
  const auto email = query_value(query, "email");
  Json contacts = Json::array();
  for (const auto& id : book_.asked_for(phone, email))
    contacts.push_back(*book_.find(id));
  return json_reply(200, {{"contacts", std::move(contacts)}});
}

HttpReply GenericCrm::person(std::string_view method, const std::string& id, const Json& body) {
  if (method == "POST")
    return json_reply(201, store_new(body, By::person));
  if (book_.find(id) == nullptr)
    return failure(404);
  if (method == "DELETE") {
    remove(id, By::person);
    return json_reply(200, {{"id", id}});
  }
  if (method != "PUT" && method != "PATCH")
    return failure(404);
  store_change(id, body, By::person);
  return json_reply(200, *book_.find(id));
}

const Json& GenericCrm::store_new(const Json& fields, By by) {
  const auto id = ids_.prefixed("crm_");
  Json contact{{"id", id}};
  apply(contact, fields);
  contact["updated_at"] = to_rfc3339(world_.now());
  const auto& stored = book_.put(id, std::move(contact));
  emit("contact.created", stored, by);
  return stored;
}

bool GenericCrm::store_change(const std::string& id, const Json& fields, By by) {
  const Json before = *book_.find(id);
  Json after = before;
  apply(after, fields);
  if (nlohmann::json(before) == nlohmann::json(after)) // sorted: set order is no change
    return false;
  after["updated_at"] = to_rfc3339(world_.now());
  emit("contact.updated", book_.put(id, std::move(after)), by);
  return true;
}

void GenericCrm::remove(const std::string& id, By by) {
  book_.erase(id);
  emit("contact.deleted", {{"id", id}}, by);
}

void GenericCrm::emit(const char* type, const Json& data, By by) {
  if (by == By::seed || (by == By::api && !world_.settings.echo_generic))
    return;
  WebhookJob job;
  job.system = name();
  job.kind = type;
  job.id = ids_.prefixed("msg_");
  job.order_key = "generic/" + text_of(data, "id");
  job.path = world_.settings.generic_webhook_path;
  job.body = to_text({{"type", type}, {"timestamp", to_rfc3339(world_.now())}, {"data", data}});
  job.attempts_max = attempts_max;
  job.headers = [secret = world_.settings.generic_secret_out, id = job.id,
                 &clock = world_.clock](const std::string& body) {
    const auto timestamp = std::to_string(unix_micros(clock.now()) / 1'000'000);
    return std::vector<std::string>{"webhook-id: " + id, "webhook-timestamp: " + timestamp,
                                    "webhook-signature: "
                                        + standard_webhook_signature(secret, id, timestamp, body)};
  };
  world_.webhooks.emit(std::move(job));
}

bool GenericCrm::plant(const Json& fields) {
  store_new(fields, By::seed);
  return true;
}

std::optional<HttpReply> GenericCrm::play(std::string_view what, const Json& body) {
  if (what != "event")
    return std::nullopt;
  const auto type = text_of(body, "type");
  const Json data = body.value("data", Json());
  if (type.empty() || !data.is_object())
    return error_reply(400, "send {\"type\":\"consent.changed\",\"data\":{}}");
  emit(type.c_str(), data, By::person);
  return json_reply(201, {{"told", type}});
}

std::optional<Json> GenericCrm::kept(std::string_view what) const {
  return what == "events" ? std::optional(events_) : std::nullopt;
}

void GenericCrm::clear() {
  events_ = Json::array();
  book_.clear();
  seen_webhooks_.clear();
}

} // namespace tidemark::sandbox
