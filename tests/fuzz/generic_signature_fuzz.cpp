#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/generic/generic.hpp"
#include "tests/fuzz/tampering.hpp"

// Standard Webhooks, HMAC (v1) and Ed25519 (v1a): what was signed is taken, and never with any
// byte of id, time, body or signature changed, nor with its parts divided otherwise.
namespace tidemark::fuzz {
namespace {

const connectors::Connector connector = connectors::generic::connector();
const Timestamp now{std::chrono::seconds{1'767'607'200}};
const std::string key(24, 'k');
const std::string seed(32, 's');

struct Message {
  std::string id, time, body, signature;
  bool operator==(const Message&) const = default;

  connectors::Headers headers() const {
    return {{"webhook-id", id}, {"webhook-timestamp", time}, {"webhook-signature", signature}};
  }
};

std::string signed_by_vendor(const Message& m, bool ed25519) {
  const auto content = m.id + "." + m.time + "." + m.body;
  return ed25519 ? "v1a," + to_base64(ed25519_sign(seed, content))
                 : "v1," + to_base64(as_view(hmac_sha256(key, {content})));
}

/// Several signatures may stand in the header, so others beside the right one change nothing.
bool holds_entry(const std::string& header, const std::string& entry) {
  return (" " + header + " ").find(" " + entry + " ") != std::string::npos;
}

/// The same signed bytes, divided otherwise: the id takes the time, the time the body's beginning.
void divide_otherwise(Message& m) {
  const auto dot = m.body.find('.');
  m.id += "." + m.time;
  m.time = m.body.substr(0, dot);
  m.body = dot == std::string::npos ? "" : m.body.substr(dot + 1);
}

} // namespace

void check(Input& input) {
  const bool ed25519 = input.yes();
  connectors::Settings settings;
  settings.secrets["webhook_secret"] = SecretText(
      ed25519 ? "whpk_" + to_base64(ed25519_public_key(seed)) : "whsec_" + to_base64(key));
  const auto part = input.below(6);
  const auto number = input.below(256);
  auto changes = input;
  Message sent{"msg_" + std::to_string(number), "1767607200", std::string(input.text()), ""};
  sent.signature = signed_by_vendor(sent, ed25519);
  const auto taken = [&](const connectors::Headers& headers, std::string_view body) {
    return is_accepted(connector, headers, body, settings, now);
  };
  require(taken(sent.headers(), sent.body), "a signed message is refused");
  auto got = sent;
  auto headers = sent.headers();
  if (part == 4) { // a header of another name, or one that stands twice
    const auto which = changes.below(headers.size());
    if (changes.yes())
      headers.push_back(headers[which]);
    else
      headers[which].first = tampered(changes, headers[which].first);
    require(headers == sent.headers() || !taken(headers, sent.body), "changed headers are taken");
    return;
  }
  if (part == 5)
    divide_otherwise(got);
  else {
    auto& text = part == 0 ? got.id : part == 1 ? got.time : part == 2 ? got.body : got.signature;
    text = tampered(changes, text);
  }
  if (got == sent || (part == 3 && holds_entry(got.signature, sent.signature)))
    return;
  require(!taken(got.headers(), got.body), "a changed message is taken");
}

} // namespace tidemark::fuzz
