#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

#include <optional>
#include <string>

/// `keys/tokens/<tenant>.<connector>`: tokens that systems gave us, each in a file that only the
/// service's user can read (rule 19).
namespace tidemark::storage {

class TokenFiles {
public:
  explicit TokenFiles(const std::string& data_dir) : keys_(data_dir + "/keys") {}

  /// Nothing when there is none. Errors: keys_exposed, storage_failed.
  Result<std::optional<SecretText>> read(const TenantId& tenant,
                                         const ConnectorName& connector) const;
  /// Whole or not at all, and there after a power cut. Errors: storage_failed.
  Status write(const TenantId& tenant, const ConnectorName& connector,
               const SecretText& text) const;
  /// There is none any more; none is no error. Errors: storage_failed.
  Status remove(const TenantId& tenant, const ConnectorName& connector) const;

private:
  std::string path_of(const TenantId& tenant, const ConnectorName& connector) const;
  std::string keys_;
};

} // namespace tidemark::storage
