#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "storage/sealing/secret_files.hpp"

#include <optional>
#include <string>
#include <vector>

/// `keys/credentials/<tenant>.<connector>.<setting>`: secrets of connectors that were set while the
/// service ran. Sealed only: without a store key there are none.
namespace tidemark::storage {

struct CredentialValue {
  SecretText value;
  Timestamp set_at;
  std::string by;
  std::optional<Timestamp> accepted_until; ///< of one that was replaced
};
struct StoredCredential {
  TenantId tenant;
  ConnectorName connector;
  std::string setting;
  std::vector<CredentialValue> values; ///< the newest first; it is in use
};

class CredentialFiles {
public:
  explicit CredentialFiles(SecretFiles files) : files_(std::move(files)) {}

  /// All of the folder. Errors: data_damaged, as of SecretFiles.
  Result<std::vector<StoredCredential>> read_all() const;
  /// Writes it beside what is in use, before anybody hears of it; without values: it is to be
  /// removed. On disk when it returns. Errors: store_key_missing, storage_failed.
  Status stage(const StoredCredential& credential) const;
  /// Those that were staged and neither finished nor forgotten. Errors: as of read_all.
  Result<std::vector<StoredCredential>> staged() const;
  /// It takes the place of what is in use. Errors: as of write.
  Status finish(const StoredCredential& credential) const;
  Status forget_staged(const StoredCredential& credential) const;
  /// On disk when it returns. Errors: store_key_missing, storage_failed.
  Status write(const StoredCredential& credential) const;
  Status remove(const TenantId& tenant, const ConnectorName& connector,
                const std::string& setting) const;
  bool can_write() const { return !files_.key_id().empty(); }

private:
  Status write_in(std::string_view folder, const StoredCredential& credential) const;
  Result<std::vector<StoredCredential>> read_in(std::string_view folder) const;

  SecretFiles files_;
};

} // namespace tidemark::storage
