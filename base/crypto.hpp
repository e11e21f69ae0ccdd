#pragma once
#include "base/bytes.hpp"
#include "base/secret.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

/// SHA-256 over the parts, one after the other.
Digest sha256(std::initializer_list<std::string_view> parts);
inline Digest sha256(std::string_view bytes) {
  return sha256({bytes});
}

inline std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256(bytes));
}

/// SHA-256 in pieces.
class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes);
  /// Gives the digest and starts afresh.
  Digest finish();

private:
  void* context_;
};

/// HMAC-SHA256 (RFC 2104) over the parts, one after the other.
Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

/// Ed25519 (RFC 8032). `public_key` 32 bytes, `signature` 64 bytes; any other size is "no".
bool ed25519_verify(std::string_view public_key, std::string_view message,
                    std::string_view signature);
/// Signs with the key pair made of a 32-byte seed.
std::string ed25519_sign(std::string_view seed, std::string_view message);
/// The 32 public bytes that belong to a 32-byte seed.
std::string ed25519_public_key(std::string_view seed);

/// RSA PKCS#1 v1.5 with SHA-256; the key as PEM. False for a bad key too.
bool rsa_sha256_verify(std::string_view public_key_pem, std::string_view message,
                       std::string_view signature);

/// Compares in time that depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

/// Bytes from the system's generator: for keys and tokens only, never for decisions.
std::string random_bytes(std::size_t count);

/// XChaCha20-Poly1305: `bound` is not hidden, and must be the same to decrypt. A nonce is used
/// once.
inline constexpr std::size_t encryption_key_bytes = 32, encryption_nonce_bytes = 24;
std::string encrypt(std::string_view key, std::string_view nonce, std::string_view bound,
                    std::string_view plain);
/// Nothing when key, nonce or `bound` are others, or a bit is.
std::optional<std::string> decrypt(std::string_view key, std::string_view nonce,
                                   std::string_view bound, std::string_view encrypted);

/// Passwords of people: argon2id, at a cost that a login can bear (some 70 ms and 64 MiB), with
/// salt and cost in the text.
std::string hash_password(std::string_view password);
/// Is it the password that was hashed? False for a text that is no such hash too.
bool is_password(std::string_view hash, std::string_view password);

} // namespace tidemark
