#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/verity/verity.hpp"
#include "tests/fuzz/tampering.hpp"

#include <array>

// A body with Verity's HMAC is taken, and never one that differs in any byte; the plain secret is
// taken only as it is, and not at all where HMAC is required.
namespace tidemark::fuzz {
namespace {

const connectors::Connector connector = connectors::verity::connector();
const std::string secret = "example-verity-webhook-secret";

struct Way {
  const char* channel;
  const char* header;
  bool plain = false; ///< the secret itself, which covers no body
};
const std::array<Way, 6> ways{{{"texting", "x-texting-signature"},
                               {"texting", "x-signature"},
                               {"texting", "x-texting-secret", true},
                               {"broadcast", "x-broadcast-signature"},
                               {"broadcast", "x-signature"},
                               {"broadcast", "x-df-broadcast-secret", true}}};

std::string without_blanks_around(std::string text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front()))
    text.erase(0, 1);
  while (!text.empty() && is_blank(text.back()))
    text.pop_back();
  return text;
}

} // namespace

void check(Input& input) {
  const auto& way = ways[input.below(ways.size())];
  connectors::Settings settings;
  settings.secrets["texting_secret"] =
      SecretText(way.channel == std::string("texting") ? secret : "x");
  settings.secrets["broadcast_secret"] =
      SecretText(way.channel == std::string("broadcast") ? secret : "x");
  const auto part = input.below(4);
  auto changes = input;
  std::string body(input.text());
  connectors::Headers headers{
      {way.header, way.plain ? secret : to_hex(hmac_sha256(secret, {body}))}};
  const auto taken = [&] {
    return is_accepted(connector, headers, body, settings, {}, way.channel);
  };
  require(taken(), "a signed body is refused");
  auto& [name, value] = headers[0];
  const auto before = body + "\n" + name + "\n" + value;
  if (part == 0 && !way.plain)
    body = tampered(changes, body);
  else if (part == 1)
    value = tampered(changes, value);
  else if (part == 2)
    name = tampered(changes, name);
  else if (way.plain)
    settings.values["require_hmac"] = "true";
  else // present and wrong is final: the plain secret beside it rescues nothing
    headers = {{name, to_hex(hmac_sha256(secret, {body + "x"}))},
               {ways[2].header, secret},
               {ways[5].header, secret}};
  if (settings.values.empty() && headers.size() == 1
      && (before == body + "\n" + name + "\n" + value
          || (way.plain && name == way.header && without_blanks_around(value) == secret)))
    return;
  require(!taken(), "a changed message is taken");
}

} // namespace tidemark::fuzz
