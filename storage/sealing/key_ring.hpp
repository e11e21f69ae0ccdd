#pragma once
#include "storage/sealing/store_key.hpp"

#include <mutex>
#include <optional>
#include <vector>

namespace tidemark::storage {

/// What sealed bytes are: bound to them, so that none can be taken for others.
struct SealedAs {
  std::string_view purpose; ///< a file's name below keys/
  std::string_view tenant;  ///< "" for what belongs to all
};

/// Were these bytes made by KeyRing::seal?
bool is_sealed(std::string_view bytes);
/// Of the key that they are sealed under; "" when they are plain.
std::string sealed_under(std::string_view bytes);

/// The store keys of a data folder: one that is sealed under, and during a change of the key a
/// second one that can be read with. Any thread may call.
class KeyRing {
public:
  /// Without a key nothing is sealed.
  explicit KeyRing(std::optional<StoreKey> key) : current_(std::move(key)) {}

  /// Id of the key in use; "" when there is none.
  std::string id() const;
  /// The key in use in its readable form; "" when there is none.
  SecretText current_text() const;
  bool knows(const std::string& id) const;
  std::string seal(const SealedAs& as, std::string_view plain) const;
  /// Errors: store_key_missing, store_key_wrong, data_damaged.
  Result<SecretText> open(const SealedAs& as, std::string_view bytes) const;
  /// Reads with this one too.
  void add(StoreKey key);
  /// Seals under this one from now on; reads with the one before too.
  void use(StoreKey key);
  void forget_others();
  /// Whoever reads and writes a file anew holds it.
  std::mutex& writing() { return writing_; }

private:
  std::optional<StoreKey> find(const std::string& id) const;
  mutable std::mutex guard_;
  std::mutex writing_;
  std::optional<StoreKey> current_;
  std::vector<StoreKey> others_;
};

} // namespace tidemark::storage
