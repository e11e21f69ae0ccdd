#pragma once
#include <cstdint>
#include <string>

namespace tidemark::sandbox {

/// What can be told to the sandbox. The secrets are public test values and protect nothing.
struct Settings {
  std::uint64_t seed = 1;    ///< part of every id: another seed gives ids that were never used
  std::string engine{};      ///< where webhooks go, such as http://127.0.0.1:8080; "" sends none
  bool echo = true;          ///< writes through the vendors' own APIs come back as webhooks
  bool echo_generic = false; ///< the generic CRM does so too
  bool real_limits = false;  ///< the documented rate limits instead of none
  bool verity_hmac = false;  ///< Verity signs instead of sending its plain secret
  bool quiet = false;
  long webhook_delay_ms = 0;
  long webhook_retry_ms = 500; ///< first pause of the vendors that retry; doubles up to 10 s
  std::size_t webhook_connections = 32;

  long ghl_burst = 100;              ///< requests in a window, with `real_limits`
  long ghl_daily = 200'000;          ///< requests a day, with `real_limits`
  long ghl_window_ms = 10'000;       ///< length of a window
  long ghl_access_token_s = 86'399;  ///< lifetime of the access tokens that /oauth gives
  bool ghl_location_active = true;   ///< false: tokens are refused as for a paused sub-account
  bool ghl_default_provider = true;  ///< ours replaces the built-in one: its id may be left out
  bool ghl_allow_duplicates = false; ///< the location lets two contacts have one number or e-mail
  long ghl_status_refusals = 0;      ///< status calls of each message answered 403 at first
  std::string ghl_delivery_url{};    ///< the provider's Delivery URL; "": HighLevel sends itself
  std::string ghl_provider = "68c0ffee0000000000000001";
  std::string ghl_client_id = "68c0ffee0000000000000002-sandbox";
  std::string ghl_client_secret = "sandbox-client-secret";
  bool aloware_list_calls =
      false; ///< not every account has them (connectors/aloware/README.md fact 6)
  std::string aloware_sms = "completed";  ///< what a sent text ends as: completed, invalid, none
  std::string verity_sends = "delivered"; ///< a message ends as none, sent, delivered or failed

  std::string ghl_token = "sandbox-gohighlevel-token";
  std::string ghl_refresh_token = "sandbox-gohighlevel-refresh";
  std::string ghl_location = "LOCexample0000000001";
  std::string ghl_seed_hex = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
  std::string aloware_token = "sandbox-aloware-token";
  std::string aloware_hook_user = "sandbox";
  std::string aloware_hook_password = "sandbox-aloware-hook";
  std::string verity_token = "sandbox-verity-token";
  std::string verity_secret = "example-verity-webhook-secret";
  std::string generic_token = "sandbox-generic-token";
  std::string generic_secret_in = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";  ///< engine signs
  std::string generic_secret_out = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"; ///< CRM signs

  std::string ghl_webhook_path = "/webhooks/gohighlevel";
  std::string aloware_webhook_path = "/webhooks/aloware";
  std::string verity_webhook_path = "/webhooks/verity/texting";
  std::string verity_broadcast_path = "/webhooks/verity/broadcast";
  std::string generic_webhook_path = "/webhooks/generic";
};

} // namespace tidemark::sandbox
