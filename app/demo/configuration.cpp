#include "app/demo/configuration.hpp"

#include <fmt/format.h>

namespace tidemark::demo {
namespace {

constexpr std::string_view text =
    R"toml(# Written by tidemark demo for this run. Secrets come from the environment.
[server]
listen = "127.0.0.1:0"

[sync]
precedence = ["gohighlevel", "aloware", "generic"]

[health]
probes_per_second = 0

[[tenants]]
id = "demo"

[[tenants.connectors]]
name = "gohighlevel"
type = "gohighlevel"
base_url = "{gohighlevel}"
allow_loopback_http = true
token = {{ env = "DEMO_GOHIGHLEVEL_TOKEN" }}
location_id = "{location}"
public_keys = ["{key}"]

[[tenants.connectors]]
name = "aloware"
type = "aloware"
base_url = "{aloware}"
allow_loopback_http = true
token = {{ env = "DEMO_ALOWARE_TOKEN" }}
webhook_auth = "basic"
webhook_user = "{aloware_user}"
webhook_password = {{ env = "DEMO_ALOWARE_HOOK" }}

[[tenants.connectors]]
name = "generic"
type = "generic"
allow_loopback_http = true
send_url = "{generic}/webhooks"
webhook_secret = {{ env = "DEMO_GENERIC_SECRET" }}
send_secret = {{ env = "DEMO_GENERIC_SECRET" }}

[[tenants.connectors]]
name = "verity"
type = "verity"
base_url = "{verity}"
allow_loopback_http = true
token = {{ env = "DEMO_VERITY_TOKEN" }}
texting_secret = {{ env = "DEMO_VERITY_SECRET" }}
forward_secret = {{ env = "DEMO_VERITY_SECRET" }}

[[api.tokens]]
name = "demo"
role = "admin"
token = {{ env = "DEMO_API_TOKEN" }}
)toml";

} // namespace

std::string configuration(const SandboxAddresses& sandbox) {
  return fmt::format(text, fmt::arg("gohighlevel", sandbox.systems.at(System::gohighlevel)),
                     fmt::arg("location", sandbox::gohighlevel_location),
                     fmt::arg("key", sandbox::gohighlevel_key),
                     fmt::arg("aloware", sandbox.systems.at(System::aloware)),
                     fmt::arg("aloware_user", sandbox::aloware_user),
                     fmt::arg("generic", sandbox.systems.at(System::generic)),
                     fmt::arg("verity", sandbox.systems.at(System::verity)));
}

std::vector<std::pair<std::string, std::string>> secrets(const SecretText& api_token) {
  return {{"DEMO_GOHIGHLEVEL_TOKEN", std::string(sandbox::gohighlevel_token)},
          {"DEMO_ALOWARE_TOKEN", std::string(sandbox::aloware_token)},
          {"DEMO_ALOWARE_HOOK", std::string(sandbox::aloware_hook)},
          {"DEMO_GENERIC_SECRET", std::string(sandbox::generic_secret)},
          {"DEMO_VERITY_TOKEN", std::string(sandbox::verity_token)},
          {"DEMO_VERITY_SECRET", std::string(sandbox::verity_secret)},
          {"DEMO_API_TOKEN", api_token.reveal()}};
}

} // namespace tidemark::demo
