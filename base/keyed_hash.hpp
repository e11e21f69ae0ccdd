#pragma once
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"

#include <string_view>

namespace tidemark {

/// What a keyed hash stands for; part of its input, so that hashes of different kinds never meet.
enum class HashedKind : std::uint8_t {
  phone = 1,
  email = 2,
  remote_id = 3,
  body = 4,
  delivery_id = 5,
  name_word = 6,
  decision = 7,
  token = 8,
  subject = 9,
  notice = 10,
  credential = 11,
  webhook_key = 12,
};

/// HMAC-SHA256 under the pepper, cut to 16 bytes: the only form in which an address or a remote id
/// stands in a key, a tag or a stream name. The pepper lives in the key folder, apart from the log.
/// Stored for ever, so never changed: the HMAC key is SHA-256 of the pepper, its input is
/// u8 kind · u16 length, tenant · u16 length, qualifier · value (numbers big-endian).
class KeyedHasher {
public:
  explicit KeyedHasher(SecretText pepper);
  KeyedHasher(const KeyedHasher& other);
  KeyedHasher& operator=(const KeyedHasher&) = delete;
  ~KeyedHasher();

  Hash16 operator()(HashedKind kind, const TenantId& tenant, std::string_view value) const;
  /// `qualifier` separates values of one kind, such as the connector of a remote id.
  Hash16 operator()(HashedKind kind, const TenantId& tenant, std::string_view qualifier,
                    std::string_view value) const;

private:
  SecretText pepper_;
  void* inner_; // SHA-256 contexts that already hold the padded key: half the work of each hash
  void* outer_;
};

} // namespace tidemark
