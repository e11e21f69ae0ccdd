#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <string>

namespace tidemark::tools {

struct StoreKeyOptions {
  std::string file;
  std::string from, to; ///< files too
};
/// `tidemark store-key init`: makes a key, and prints its recovery copy this once.
Result<int> init_store_key(const CommonOptions& common, const StoreKeyOptions& options);
/// `tidemark store-key show-id`
Result<int> show_store_key_id(const CommonOptions& common, const StoreKeyOptions& options);
/// `tidemark store-key recover`: writes a key file from the recovery copy on standard input.
Result<int> recover_store_key(const CommonOptions& common, const StoreKeyOptions& options);
/// `tidemark store-key rotate`: by the running service, or in the folder of a stopped one. Errors:
/// store_key_wrong, data_in_use, storage_failed.
Result<int> rotate_store_key(const CommonOptions& common, const StoreKeyOptions& options);

struct CredentialOptions {
  std::string connector;
  std::string name;            ///< the setting, such as token
  std::string overlap = "24h"; ///< of rotate
  std::string reason;
};
/// `tidemark credential set`: the secret, on standard input, is used from now on.
Result<int> set_credential(const CommonOptions& common, const CredentialOptions& options);
/// `tidemark credential rotate`: likewise, and the one before is accepted for a while.
Result<int> rotate_credential(const CommonOptions& common, const CredentialOptions& options);
/// `tidemark credential remove`: the configuration's is used again.
Result<int> remove_credential(const CommonOptions& common, const CredentialOptions& options);
/// `tidemark credential list`: every secret, of every tenant.
Result<int> list_credentials(const CommonOptions& common);

} // namespace tidemark::tools
