#pragma once
#include "storage/sealing/key_ring.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tidemark::storage {

/// How the secret files of a folder stand.
struct SealingState {
  std::size_t plain = 0;            ///< files that are not sealed
  std::vector<std::string> key_ids; ///< of the keys that the others are sealed under, sorted
  bool rotating = false;            ///< a change of the key did not come to its end
};

/// The files below `keys/` that are secret, by their names there: `pepper`,
/// `tokens/<tenant>.<connector>`, `credentials/<tenant>.<connector>.<name>`, and of one that is
/// being changed `staged/` with the same name. Sealed where there is a store key, else plain. Any
/// thread may call.
///
/// While the store key changes, `next-key` holds the new one sealed under the old one and
/// `previous-key` the old one sealed under the new one, so that either key opens every file.
class SecretFiles {
public:
  /// `strict`: every sealed file must open with the key. Errors: store_key_missing,
  /// store_key_wrong (both name the key's id), data_damaged, storage_failed.
  static Result<SecretFiles> open_in(const std::string& keys, std::optional<StoreKey> key,
                                     bool strict);
  /// Of a folder without a store key.
  explicit SecretFiles(std::string keys)
      : keys_(std::move(keys)), ring_(std::make_shared<KeyRing>(std::nullopt)) {}

  /// Nothing when there is none. Errors: keys_exposed, data_damaged also for a plain
  /// one in `credentials/` or `staged/`, as of open_in.
  Result<std::optional<SecretText>> read(const std::string& name) const;
  /// The content of a file of that name, given its bytes. Errors: store_key_missing,
  /// store_key_wrong, data_damaged.
  Result<SecretText> open(const std::string& name, std::string_view bytes) const;
  /// Whole or not at all, and there after a power cut. Errors: storage_failed.
  Status write(const std::string& name, const SecretText& text) const;
  Status remove(const std::string& name) const;
  /// Names of those in a folder of `keys/`, sorted.
  Result<std::vector<std::string>> in(const std::string& folder) const;
  Result<SealingState> state() const;
  /// Id of the store key in use, "" when there is none.
  std::string key_id() const { return ring_->id(); }

  /// Seals under the key in use what stands plain or under another one, and removes what broken
  /// off writes left; gives how many it sealed. Wherever it is cut off, every file stays readable,
  /// and calling it again goes on. Errors: keys_exposed, as of open_in.
  Result<std::size_t> seal_all() const;
  /// Changes the store key: from now on everything is sealed under `next`. Wherever it is cut off,
  /// either key opens every file, and a start with one of them brings all under that; an earlier
  /// change that was cut off is brought to its end first. Errors: store_key_missing when there was
  /// none, as of seal_all.
  Result<std::size_t> rotate(StoreKey next) const;

private:
  SecretFiles(std::string keys, std::shared_ptr<KeyRing> ring)
      : keys_(std::move(keys)), ring_(std::move(ring)) {}
  Result<std::vector<std::string>> names() const;
  Status learn_other_key() const;
  Status check_keys() const;
  Status remove_unfinished() const;
  Result<bool> seal(const std::string& name) const;
  Status put(const std::string& name, const SecretText& text) const;
  std::string path_of(const std::string& name) const { return keys_ + "/" + name; }

  std::string keys_;
  std::shared_ptr<KeyRing> ring_;
};

} // namespace tidemark::storage
