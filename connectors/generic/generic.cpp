#include "connectors/generic/generic.hpp"

#include "connectors/generic/parts.hpp"
#include "connectors/shared/inbound.hpp"

#include <array>

namespace tidemark::connectors::generic {
namespace {

constexpr std::array channels{WebhookEndpoint{"", 401, false, {}}};

constexpr std::array settings{
    Setting{
        .key = "webhook_secret",
        .kind = SettingKind::secret,
        .required = true,
        .help =
            "What incoming webhooks are signed with: whsec_... (shared key) or whpk_... (public "
            "key). Several, separated by spaces, while one replaces another.",
        .checks_webhooks = true},
    Setting{.key = "header_prefix",
            .default_value = "webhook",
            .help =
                "Names of the headers, both ways: webhook (webhook-id ...) or svix (svix-id ...)."},
    Setting{.key = "allow_dots_in_id",
            .kind = SettingKind::boolean,
            .default_value = "false",
            .help =
                "Accept message ids with a full stop. Only for a sender whose ids nobody else can "
                "choose."},
    Setting{.key = "map",
            .kind = SettingKind::table,
            .help = "Where values are in a body: name = \"path.of.members\". Names: the contact "
                    "fields, and "
                    "id, type, version, name, opt_out. Without an entry: data.<name>, type, and "
                    "data.updated_at or timestamp as version."},
    Setting{.key = "contact_events",
            .kind = SettingKind::list,
            .help =
                "Further event types that tell how a contact is now, besides contact.created and "
                "contact.updated."},
    Setting{.key = "deletion_events",
            .kind = SettingKind::list,
            .help =
                "Further event types that tell that a contact is gone, besides contact.deleted."},
    Setting{.key = "send_url",
            .kind = SettingKind::url,
            .help = "Where changes are sent, as signed webhooks. Needed unless receives = false."},
    Setting{.key = "send_secret",
            .kind = SettingKind::secret,
            .help = "What sent webhooks are signed with: whsec_... (shared key) or whsk_... "
                    "(private key)."},
};

constexpr std::array<std::string_view, 1> key_settings{"webhook_secret"};

void check_webhook_secret(const Settings& settings, std::vector<Error>& faults) {
  const auto words = words_of(settings.secret("webhook_secret"));
  std::size_t number = 0;
  for (const auto word : words) {
    ++number;
    const auto key = read_key(word);
    if (!key || key->kind == Key::Kind::private_half)
      faults.push_back(
          {"bad_webhook_secret",
           "webhook_secret, key " + std::to_string(number)
               + " is no key. Write whsec_ and base64 of 24 to 64 bytes, or whpk_ and base64 of "
                 "32 bytes."});
  }
}

void check_sending(const Settings& settings, std::vector<Error>& faults) {
  if (settings.get("receives") == "false")
    return;
  if (settings.get("send_url").empty())
    faults.push_back({"missing_send_url", "send_url is empty: nothing can be sent to this system. "
                                          "Set it, or set receives = false."});
  const auto& secret = settings.secret("send_secret");
  const auto key = read_key(secret);
  if (secret.empty())
    faults.push_back(
        {"missing_send_secret",
         "send_secret is empty: nothing that is sent could be signed. Write whsec_ and "
         "base64 of 24 to 64 bytes, or set receives = false."});
  else if (!key || key->kind == Key::Kind::public_half)
    faults.push_back({"bad_send_secret",
                      "send_secret is no key. Write whsec_ and base64 of 24 to 64 bytes, "
                      "or whsk_ and base64 of 32 or 64 bytes."});
}

std::vector<Error> check(const Settings& settings) {
  std::vector<Error> faults;
  check_webhook_secret(settings, faults);
  check_sending(settings, faults);
  const auto& prefix = settings.get("header_prefix");
  if (!prefix.empty() && prefix != "webhook" && prefix != "svix")
    faults.push_back(
        {"bad_header_prefix", "header_prefix is no known one. Write webhook or svix."});
  for (const auto& [key, path] : settings.values) {
    if (!key.starts_with("map."))
      continue;
    const auto name = std::string_view(key).substr(4);
    if (!events::field_named(name) && !is_mapped_name(name))
      faults.push_back({"unknown_map_name", key
                                                + ": no such name; use a contact field, id, type, "
                                                  "version, name or opt_out."});
    else if (!is_path(path))
      faults.push_back({"bad_map_path", key
                                            + ": write member names joined by full stops, such as "
                                              "data.given_name."});
  }
  return faults;
}

constexpr std::array<std::string_view, 3> expected_headers{
    "webhook-id: the delivery's id", "webhook-timestamp: seconds since 1970",
    "webhook-signature: v1, and base64 HMAC-SHA256 of id.timestamp.body"};

} // namespace

Connector connector() {
  domain::TargetCapabilities capabilities;
  capabilities.opt_out_api = true;
  capabilities.keeps_custom_fields = true;
  return {.type = "generic",
          .title = "Generic (Standard Webhooks)",
          .capabilities = capabilities,
          .channels = channels,
          .settings = settings,
          .check = check,
          .verify = verify,
          .peek = peek,
          .translate = connectors::translate<translate_root>,
          .normalise = normalise,
          .next = next,
          .expected_headers = expected_headers,
          .takes_trace = true,
          .next_action = next_consent_action,
          .refusal = refusal,
          .probe = probe,
          .handled_kinds = handled_kinds,
          .webhook_keys = webhook_keys,
          .key_settings = key_settings,
          .writes_custom_field = [](std::string_view) { return true; }};
}

} // namespace tidemark::connectors::generic
