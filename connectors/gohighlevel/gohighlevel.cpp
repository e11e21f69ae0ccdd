#include "connectors/gohighlevel/gohighlevel.hpp"

#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/inbound.hpp"

#include <array>

namespace tidemark::connectors::gohighlevel {
namespace {

constexpr std::array channels{
    WebhookEndpoint{"", 401, false, {}},
    WebhookEndpoint{provider_channel, 401, false, {}},
};

constexpr std::array settings{
    Setting{
        .key = "token",
        .kind = SettingKind::secret,
        .help =
            "Access token of the location: a private integration token with contacts.readonly and "
            "contacts.write. Required without oauth."},
    Setting{.key = "oauth.client_id",
            .help =
                "Client id of the marketplace app; the account is connected by tidemark connect."},
    Setting{.key = "oauth.client_secret",
            .kind = SettingKind::secret,
            .help = "Client secret of the app."},
    Setting{.key = "oauth.redirect_uri",
            .help =
                "Redirect address of the app as it is registered there; it only shows the code."},
    Setting{.key = "location_id",
            .required = true,
            .help = "Id of the location (sub-account). Events of other locations are skipped."},
    Setting{.key = "conversation_provider_id",
            .help =
                "Id of the conversation provider that owns the messages which Tidemark shows and "
                "sends; without it only an account whose own provider this is takes them."},
    Setting{.key = "assigned_agent_field",
            .help = "Id or key of the custom field that names the agent; see [[sync.agents]]."},
    Setting{.key = "status_field",
            .help = "Id or key of the custom field that holds the status; see [[sync.sequences]]."},
    Setting{.key = "public_keys",
            .kind = SettingKind::list,
            .default_value = published_key,
            .help = "Ed25519 keys that webhooks may be signed with: PEM, base64 SPKI, base64 of 32 "
                    "bytes or "
                    "64 hex digits. Several while the vendor rotates its key."},
    Setting{.key = "legacy_signature",
            .kind = SettingKind::boolean,
            .default_value = "false",
            .help = "Also accept the old X-WH-Signature (RSA) where the new header is absent."},
    Setting{.key = "legacy_public_key",
            .help = "PEM of the RSA key for legacy_signature; empty for the published one."},
    Setting{.key = "hmac_secret",
            .kind = SettingKind::secret,
            .help = "Also accept a hex HMAC-SHA256 of the body with this secret in "
                    "X-GHL-Signature, as a middleware in between may send it.",
            .checks_webhooks = true},
    Setting{.key = "workflow_secret",
            .kind = SettingKind::secret,
            .help = "Accept webhooks of the workflow builder, which GoHighLevel does not sign, "
                    "when their header X-Workflow-Secret holds this.",
            .checks_webhooks = true},
};

/// Verity receives these bodies with the signature they came with (connectors/verity/README.md fact
/// 2).
constexpr std::array<std::string_view, 1> kept_headers{"x-ghl-signature"};

constexpr std::array<std::string_view, 2> key_settings{"public_keys", "hmac_secret"};

std::vector<Error> check(const Settings& settings) {
  std::vector<Error> faults;
  std::size_t number = 0;
  for (const auto& key : configured_keys(settings)) {
    ++number;
    if (!raw_public_key(key))
      faults.push_back({"bad_public_key",
                        "public_keys, entry " + std::to_string(number)
                            + ": not an Ed25519 public key. Write it as PEM, as base64 of 44 or 32 "
                              "bytes, or as 64 hex digits."});
  }
  const bool has_token = settings.has_secret(access_token_setting);
  const bool has_client = !settings.get("oauth.client_id").empty();
  if (has_client != settings.has_secret("oauth.client_secret"))
    faults.push_back({"incomplete_oauth",
                      "oauth.client_id and oauth.client_secret belong together. "
                      "Set both, or use token instead of oauth."});
  else if (has_token && has_client)
    faults.push_back({"two_credentials", "token and oauth are both given. Use one of them."});
  else if (!has_token && !has_client)
    faults.push_back({"missing_token", "token is missing: without it nothing can be sent to "
                                       "GoHighLevel. Set it, or oauth with client_id and "
                                       "client_secret."});
  else if (has_token && trimmed(settings.secret(access_token_setting)).empty()
           && settings.get("receives") != "false")
    faults.push_back({"missing_token", "token is empty: without it nothing can be sent to "
                                       "GoHighLevel. Set it, or set receives = false."});
  return faults;
}

constexpr std::array<std::string_view, 3> expected_headers{
    "X-GHL-Signature: base64 Ed25519 signature of the raw body",
    "X-WH-Signature: base64 RSA-SHA256 signature of the raw body (legacy, if enabled)",
    "X-Workflow-Secret: the secret itself (webhooks of workflows, if configured)"};

} // namespace

Connector connector() {
  domain::TargetCapabilities capabilities;
  capabilities.writable = events::FieldMask::all();
  capabilities.found_by_address = true;
  capabilities.echoes_writes = true; // README fact 7
  capabilities.opt_out_api = true;
  capabilities.shows_calls = true;
  capabilities.shows_messages = true;
  capabilities.keeps_tags = true;
  capabilities.keeps_custom_fields = true;
  return {.type = "gohighlevel",
          .title = "GoHighLevel",
          .capabilities = capabilities,
          .channels = channels,
          .settings = settings,
          .check = check,
          .kept_headers = kept_headers,
          .verify = verify,
          .peek = connectors::peek<peek_at>,
          .translate = connectors::translate<translate_root>,
          .normalise = normalise,
          .next = next,
          .expected_headers = expected_headers,
          .shed_status = 429, // it repeats a delivery after that and nothing else (README fact 7)
          .next_action = next_action,
          .list_page = list_page,
          .translate_page = translate_page,
          .stated_limits = stated_limits,
          .refusal = refusal,
          .probe = probe,
          .judge_probe = judge_probe,
          .handled_kinds = handled_kinds,
          .webhook_keys = webhook_keys,
          .key_settings = key_settings,
          .writes_custom_field = [](std::string_view) { return true; },
          .list_custom_fields = list_custom_fields,
          .read_custom_fields = read_custom_fields,
          .oauth = &oauth};
}

} // namespace tidemark::connectors::gohighlevel
