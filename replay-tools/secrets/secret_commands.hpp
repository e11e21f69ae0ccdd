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

} // namespace tidemark::tools
