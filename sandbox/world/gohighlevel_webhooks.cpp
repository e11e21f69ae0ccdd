#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "sandbox/world/gohighlevel.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {
constexpr int attempts_max = 13; // the first and twelve retries, as documented in 2026
}

Json gohighlevel_webhook(const char* type, const std::string& webhook_id, const Json& contact,
                         Timestamp at) {
  Json body{{"type", type}, {"timestamp", millis_text(at)}, {"webhookId", webhook_id}};
  for (const char* member : {"id", "address1", "city", "state", "companyName", "country", "source",
                             "dateAdded", "dateOfBirth", "dnd", "email", "name", "firstName",
                             "lastName", "phone", "postalCode", "tags", "website"}) {
    const auto found = contact.find(member);
    if (found != contact.end())
      body[member] = *found;
  }
  body["attachments"] = Json::array();
  for (const char* member : {"assignedTo", "customFields"})
    if (contact.contains(member))
      body[member] = contact[member];
  if (std::string_view(type) == "ContactDndUpdate")
    body["dndSettings"] = contact["dndSettings"];
  body["locationId"] = contact["locationId"];
  body["versionId"] = "68c0ffee0000000000000003";
  body["appId"] = "68c0ffee0000000000000002";
  return body;
}

void Gohighlevel::emit(const char* type, const Json& contact, By by) {
  if (by == By::api && !world_.settings.echo)
    return;
  WebhookJob job;
  job.system = name();
  job.kind = type;
  job.id = ids_.uuid(0x5f1c2d3e);
  job.order_key = "gohighlevel/" + text_of(contact, "id");
  job.path = world_.settings.ghl_webhook_path;
  job.body = to_text(gohighlevel_webhook(type, job.id, contact, world_.now()));
  job.attempts_max = attempts_max;
  job.headers = [seed = signing_seed_](const std::string& body) {
    return std::vector<std::string>{"X-GHL-Signature: " + to_base64(ed25519_sign(seed, body)),
                                    "X-WH-Signature: N/A"};
  };
  world_.webhooks.emit(std::move(job));
}

} // namespace tidemark::sandbox
