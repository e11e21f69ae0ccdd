#pragma once
#include "base/secret.hpp"
#include "storage/folder/fence.hpp"
#include "storage/folder/folder_files.hpp"
#include "storage/log_store.hpp"
#include "storage/proofs/chain.hpp"
#include "storage/records/log_db.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tidemark::storage {

/// Fills a folder that holds no log with the records of another, byte for byte: same positions,
/// same hashes. Until `finish` the folder has no anchor, so nothing takes it for a whole log.
class LogImport {
public:
  /// `pepper`: the key of the log's keyed hashes, 32 bytes; another one would find nobody again.
  /// Errors: log_exists, not_a_data_folder, data_in_use, data_damaged, storage_failed.
  static Result<LogImport> begin(const std::string& folder, const SecretText& pepper,
                                 const std::optional<StoreKey>& store_key);

  /// The next record whole, with its hash; `once`: what its event was appended under for ever.
  /// Errors: data_damaged, which names the position; storage_failed.
  Status add(std::string_view record, const std::vector<Hash16>& once);
  /// On disk, and from now on a log. Errors: storage_failed.
  Status finish();

  Position position() const { return chain_.position(); }
  const Digest& head() const { return chain_.head(); }

private:
  LogImport(FolderPaths paths, Fence fence, std::unique_ptr<LogDb> db)
      : paths_(std::move(paths)), fence_(std::move(fence)), db_(std::move(db)) {}
  Status write();

  FolderPaths paths_;
  Fence fence_;
  std::unique_ptr<LogDb> db_;
  ChainCheck chain_{Position{}, Digest{}};
  Group group_;
  Epoch epoch_;
  std::string decision_; ///< key of the newest record's decision, "" for none
};

} // namespace tidemark::storage
