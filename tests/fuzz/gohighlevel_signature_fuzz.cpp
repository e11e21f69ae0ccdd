#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/gohighlevel/gohighlevel.hpp"
#include "tests/connectors/support.hpp"
#include "tests/fuzz/tampering.hpp"

#include <nlohmann/json.hpp>

// A body that GoHighLevel signed is taken, and never one that differs in any byte. The Ed25519
// signature is made here; of the legacy RSA key only the public half is kept, so its body is fixed.
namespace tidemark::fuzz {
namespace {

using connectors::Headers;
using connectors::Settings;

const connectors::Connector connector = connectors::gohighlevel::connector();
const Timestamp now = connectors::testing::at("2026-09-02T00:00:00Z");

struct Vectors {
  Settings settings;
  std::string seed, body, legacy_signature;

  Vectors() {
    const auto json = nlohmann::json::parse(
        connectors::testing::fixture("gohighlevel", "signature-vectors.json"));
    const auto& keys = json["test_keys"];
    settings.values["public_keys"] = keys["ed25519_public_spki_base64"];
    settings.values["legacy_public_key"] = keys["rsa_public_pem"];
    seed = from_hex(keys["ed25519_seed_hex"].get<std::string>()).value();
    for (const auto& vector : json["vectors"])
      if (vector["id"] == "worked") {
        body = vector["body_utf8"];
        legacy_signature = vector["headers"]["x-wh-signature"];
      }
  }
};
const Vectors& vectors() {
  static const Vectors read;
  return read;
}

} // namespace

void check(Input& input) {
  auto settings = vectors().settings;
  settings.values["legacy_signature"] = input.yes() ? "true" : "false";
  const bool legacy = settings.is_true("legacy_signature") && input.yes();
  const auto part = input.below(4);
  auto changes = input; // the rest of the choices; the text is the body
  std::string body(legacy ? vectors().body : std::string(input.text()));
  Headers headers{
      legacy ? std::pair<std::string, std::string>("x-wh-signature", vectors().legacy_signature)
             : std::pair<std::string, std::string>("x-ghl-signature",
                                                   to_base64(ed25519_sign(vectors().seed, body)))};
  require(is_accepted(connector, headers, body, settings, now), "a signed body is refused");
  auto& [name, value] = headers[0];
  const auto before = body + "\n" + name + "\n" + value;
  if (part == 0)
    body = tampered(changes, body);
  else if (part == 1)
    value = tampered(changes, value);
  else if (part == 2)
    name = tampered(changes, name);
  else if (legacy) // present and wrong is final, whatever the older scheme says
    headers.emplace_back("x-ghl-signature", to_base64(ed25519_sign(vectors().seed, body + "x")));
  else
    headers.push_back(headers[0]);
  if (headers.size() == 1 && before == body + "\n" + name + "\n" + value)
    return;
  require(!is_accepted(connector, headers, body, settings, now), "a changed message is taken");
}

} // namespace tidemark::fuzz
