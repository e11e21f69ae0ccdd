#include "connectors/verity/verity.hpp"

#include "connectors/shared/inbound.hpp"
#include "connectors/verity/parts.hpp"

#include <array>

namespace tidemark::connectors::verity {
namespace {

constexpr std::array channels{
    WebhookEndpoint{"", 401, false,
                    received_body}, // texting too: the address that is given to Verity
    WebhookEndpoint{texting_channel, 401, false, received_body},
    WebhookEndpoint{broadcast_channel, 401, false, received_body},
};

constexpr std::array settings{
    Setting{.key = "token",
            .kind = SettingKind::secret,
            .help =
                "Key for sending messages that agents write elsewhere; without it none are sent."},
    Setting{.key = "sms_from",
            .help = "Number that messages are sent from; without it Verity chooses."},
    Setting{.key = "texting_secret",
            .kind = SettingKind::secret,
            .required = true,
            .help = "Shared secret of the texting webhooks.",
            .checks_webhooks = true},
    Setting{.key = "broadcast_secret",
            .kind = SettingKind::secret,
            .help = "Shared secret of the broadcast webhooks; without it they are refused.",
            .checks_webhooks = true},
    Setting{.key = "require_hmac",
            .kind = SettingKind::boolean,
            .default_value = "false",
            .help = "Refuse webhooks that show the plain secret instead of an HMAC of the body."},
    Setting{.key = "forward_url",
            .kind = SettingKind::url,
            .help = "Where GoHighLevel's webhooks are forwarded, if not to base_url."},
    Setting{.key = "forward_secret",
            .kind = SettingKind::secret,
            .help = "Secret that proves a forwarded webhook to Verity; needed to forward."},
    Setting{
        .key = "forward_secret_form",
        .default_value = "plain",
        .help =
            "`plain` sends forward_secret itself, `hmac` a hex HMAC-SHA256 of the body with it."},
};

constexpr std::array<std::string_view, 2> key_settings{"texting_secret", "broadcast_secret"};

std::vector<Error> check(const Settings& settings) {
  std::vector<Error> faults;
  const auto& form = settings.get("forward_secret_form");
  if (!form.empty() && form != "plain" && form != "hmac")
    faults.push_back({"bad_forward_secret_form", "forward_secret_form must be plain or hmac."});
  if (settings.get("receives") == "false")
    return faults;
  if (settings.get("base_url").empty() && settings.get("forward_url").empty())
    faults.push_back({"missing_base_url", "Neither base_url nor forward_url is set: nothing can be "
                                          "forwarded. Set one, or set receives = false."});
  if (trimmed(settings.secret("forward_secret")).empty())
    faults.push_back({"missing_forward_secret", "forward_secret is empty: Verity would refuse what "
                                                "is forwarded. Set it, or set receives = false."});
  return faults;
}

constexpr std::array<std::string_view, 2> expected_headers{
    "X-Texting-Signature: hex HMAC-SHA256 of the raw body",
    "X-Texting-Secret: the shared secret (unless require_hmac is set)"};

/// No calls for contacts; it knows them from the forwarded bodies of GoHighLevel.
domain::TargetCapabilities capabilities() {
  domain::TargetCapabilities out;
  out.contact_api = false;
  out.forwards_from = "gohighlevel";
  out.writable = {};
  out.phone_is_key = true;
  out.sends_messages = true;
  out.sends_with = "token";
  return out;
}

} // namespace

Connector connector() {
  return {.type = "verity",
          .title = "Verity",
          .capabilities = capabilities(),
          .channels = channels,
          .settings = settings,
          .check = check,
          .verify = verify,
          .peek = connectors::peek<peek_at>,
          .translate = connectors::translate<translate_root>,
          .normalise = normalise,
          .next = next,
          .expected_headers = expected_headers,
          .next_action = next_action,
          .refusal = refusal,
          .probe = probe,
          .handled_kinds = handled_kinds,
          .webhook_keys = webhook_keys,
          .key_settings = key_settings};
}

} // namespace tidemark::connectors::verity
