#include "connectors/aloware/aloware.hpp"

#include "connectors/aloware/parts.hpp"
#include "connectors/aloware/request.hpp"

namespace tidemark::connectors::aloware {
namespace {

constexpr std::array channels{WebhookEndpoint{"", 401, false, {}}};

constexpr std::array settings{
    Setting{.key = "token",
            .kind = SettingKind::secret,
            .required = true,
            .help = "API token of an admin user (account settings). It is sent in the body of a "
                    "POST and in "
                    "the URL of a GET, as the vendor asks for. Needed unless receives = false."},
    Setting{
        .key = "sms_from",
        .help =
            "Number of the line that sends texts which agents write elsewhere; without it Aloware "
            "sends none."},
    Setting{.key = "webhook_auth",
            .default_value = "bearer",
            .help = "How Aloware's webhooks show that they are Aloware's: basic or bearer, as set "
                    "up there. "
                    "They are not signed; without one of the two nothing is accepted."},
    Setting{.key = "webhook_user", .help = "User name for webhook_auth = basic."},
    Setting{.key = "webhook_password",
            .kind = SettingKind::secret,
            .required = true,
            .help = "Password for webhook_auth = basic, or the bearer value.",
            .checks_webhooks = true},
};

std::vector<Error> check(const Settings& settings) {
  std::vector<Error> faults;
  const auto& way = settings.get("webhook_auth");
  if (!way.empty() && way != "basic" && way != "bearer")
    faults.push_back(
        {"bad_webhook_auth", "webhook_auth is no way that Aloware has. Write basic or bearer."});
  const auto& user = settings.get("webhook_user");
  if (way == "basic" && (user.empty() || user.find(':') != user.npos))
    faults.push_back(
        {"bad_webhook_user",
         "webhook_user does not fit webhook_auth = basic. Write a name without a colon."});
  if (trimmed(settings.secret("token")).empty() && settings.get("receives") != "false")
    faults.push_back({"missing_token", "token is empty: without it nothing can be sent to Aloware. "
                                       "Set it, or set receives = false."});
  return faults;
}

constexpr std::array<std::string_view, 1> expected_headers{
    "Authorization: Basic with the configured user and password, or Bearer"};

} // namespace

Connector connector() {
  domain::TargetCapabilities capabilities;
  capabilities.required = {events::Field::phone};
  capabilities.unchangeable = {events::Field::phone};
  capabilities.phone_is_key = true;
  capabilities.found_by_address = true;
  capabilities.opt_out_api = true;
  capabilities.reaches_by = {events::Channel::sms, events::Channel::call};
  capabilities.keeps_lists = true;
  capabilities.keeps_owner = true;
  capabilities.keeps_sequences = true;
  capabilities.keeps_custom_fields = true;
  capabilities.sends_messages = true;
  capabilities.sends_with = "sms_from";
  return {.type = "aloware",
          .title = "Aloware",
          .capabilities = capabilities,
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
          .look_up = contact_lookup,
          .translate_page = translate_look_up,
          .refusal = refusal,
          .probe = probe,
          .judge_probe = judge_probe,
          .handled_kinds = handled_kinds,
          .webhook_keys = webhook_keys,
          .writes_custom_field = is_form_field};
}

} // namespace tidemark::connectors::aloware
