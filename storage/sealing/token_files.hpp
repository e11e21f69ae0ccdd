#pragma once
#include "base/ids.hpp"
#include "storage/sealing/secret_files.hpp"

/// `keys/tokens/<tenant>.<connector>`: tokens that systems gave us, each in a file that only the
/// service's user can read (rule 19).
namespace tidemark::storage {

class TokenFiles {
public:
  explicit TokenFiles(const std::string& data_dir) : files_(data_dir + "/keys") {}
  explicit TokenFiles(SecretFiles files) : files_(std::move(files)) {}

  /// Nothing when there is none. Errors: as of SecretFiles.
  Result<std::optional<SecretText>> read(const TenantId& tenant,
                                         const ConnectorName& connector) const;
  /// Whole or not at all, and there after a power cut. Errors: storage_failed.
  Status write(const TenantId& tenant, const ConnectorName& connector,
               const SecretText& text) const;
  /// There is none any more; none is no error. Errors: storage_failed.
  Status remove(const TenantId& tenant, const ConnectorName& connector) const;

  /// Likewise of all connectors that the tenant ever had.
  Status remove_all(const TenantId& tenant) const;

private:
  SecretFiles files_;
};

} // namespace tidemark::storage
