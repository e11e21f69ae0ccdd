#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Keys and signatures of Standard Webhooks 1.0 (standardwebhooks.com).
namespace tidemark::connectors::standard_webhooks {

/// A secret, decoded.
struct Key {
  enum class Kind : std::uint8_t { symmetric, public_half, private_half };
  Kind kind = Kind::symmetric;
  std::string bytes;
};
/// Reads `whsec_` (or no prefix) + base64 of 24 to 64 bytes, `whpk_` + base64 of 32 bytes, `whsk_`
/// + base64 of 32 or 64 bytes.
std::optional<Key> read_key(std::string_view text);

/// What is signed: `id.timestamp.body`.
std::string signed_content(std::string_view id, std::string_view timestamp, std::string_view body);

/// The value of the signature header for these bytes: `v1,...`, or `v1a,...` for a private key.
std::string signature_of(std::string_view secret, std::string_view id, std::string_view timestamp,
                         std::string_view body);

} // namespace tidemark::connectors::standard_webhooks
