#include "connectors/verity/verity.hpp"

#include "connectors/shared/inbound.hpp"
#include "connectors/verity/parts.hpp"
#include "domain/rules/normalise.hpp"

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
    Setting{"token",
            SettingKind::secret,
            false,
            {},
            "Key for sending messages that agents write elsewhere; without it none are sent."},
    Setting{"sms_from",
            SettingKind::text,
            false,
            {},
            "Number that messages are sent from; without it Verity chooses."},
    Setting{
        "texting_secret", SettingKind::secret, true, {}, "Shared secret of the texting webhooks."},
    Setting{"broadcast_secret",
            SettingKind::secret,
            false,
            {},
            "Shared secret of the broadcast webhooks; without it they are refused."},
    Setting{"require_hmac", SettingKind::boolean, false, "false",
            "Refuse webhooks that show the plain secret instead of an HMAC of the body."},
    Setting{"forward_url",
            SettingKind::url,
            false,
            {},
            "Where GoHighLevel's webhooks are forwarded, if not to base_url."},
    Setting{"forward_secret",
            SettingKind::secret,
            false,
            {},
            "Secret that proves a forwarded webhook to Verity; needed to forward."},
    Setting{"forward_secret_form", SettingKind::text, false, "plain",
            "`plain` sends forward_secret itself, `hmac` a hex HMAC-SHA256 of the body with it."},
};

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

std::string normalise(events::Field field, std::string_view value) {
  return domain::comparable(field, domain::normalised(field, value, ""));
}

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
          .peek = peek,
          .translate = translate,
          .normalise = normalise,
          .next = next,
          .expected_headers = expected_headers,
          .next_action = next_action};
}

} // namespace tidemark::connectors::verity
