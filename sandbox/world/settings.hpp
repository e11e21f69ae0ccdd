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
  std::string generic_webhook_path = "/webhooks/generic";
};

} // namespace tidemark::sandbox
