#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tidemark::storage {

/// What everything secret in a data folder is sealed under. Its readable form stands in a file of
/// its own and on the recovery copy: `TDMK1` and nine groups of eight hex digits, the last one a
/// checksum.
class StoreKey {
public:
  static StoreKey make();
  /// Of the readable form; case, spaces and hyphens do not count. Errors: store_key_damaged.
  static Result<StoreKey> read(std::string_view text);
  /// Of a file, nothing for the path "". `private_mode`: others than its owner must not be able to
  /// read it. Errors: store_key_missing, store_key_exposed, store_key_damaged.
  static Result<std::optional<StoreKey>> load(const std::string& path, bool private_mode = true);
  /// Into a new file of mode 0600. Errors: already_there, storage_failed.
  Status save(const std::string& path) const;

  SecretText text() const;
  /// Names the key and tells nothing of it: 16 hex digits.
  const std::string& id() const { return id_; }
  const SecretText& bytes() const { return bytes_; }

private:
  explicit StoreKey(SecretText bytes);
  SecretText bytes_;
  std::string id_;
};

} // namespace tidemark::storage
