#include "connectors/standard_webhooks.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

namespace tidemark::connectors::standard_webhooks {

std::optional<Key> read_key(std::string_view text) {
  const auto decoded = [&](std::string_view prefix) {
    return from_base64(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
  };
  if (text.starts_with("whpk_")) {
    auto bytes = decoded("whpk_");
    if (!bytes || bytes->size() != 32)
      return std::nullopt;
    return Key{Key::Kind::public_half, std::move(*bytes)};
  }
  if (text.starts_with("whsk_")) {
    auto bytes = decoded("whsk_");
    if (!bytes || (bytes->size() != 32 && bytes->size() != 64))
      return std::nullopt;
    return Key{Key::Kind::private_half, bytes->substr(0, 32)}; // the rest is the public half
  }
  auto bytes = decoded("whsec_");
  if (!bytes || bytes->size() < 24 || bytes->size() > 64)
    return std::nullopt;
  return Key{Key::Kind::symmetric, std::move(*bytes)};
}

std::string signed_content(std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string out;
  out.reserve(id.size() + timestamp.size() + body.size() + 2);
  return out.append(id).append(".").append(timestamp).append(".").append(body);
}

std::string signature_of(std::string_view secret, std::string_view id, std::string_view timestamp,
                         std::string_view body) {
  const auto content = signed_content(id, timestamp, body);
  const auto key = read_key(secret);
  if (key && key->kind == Key::Kind::private_half)
    return "v1a," + to_base64(ed25519_sign(key->bytes, content));
  // A secret that is no key is a redacted one: such a request is hashed, never sent.
  return "v1," + to_base64(as_view(hmac_sha256(key ? key->bytes : secret, {content})));
}

} // namespace tidemark::connectors::standard_webhooks
