#pragma once
#include "base/secret.hpp"
#include "storage/folder/anchor.hpp"
#include "storage/rocks/rocks_db.hpp"
#include "storage/sealing/secret_files.hpp"

namespace tidemark::storage {

/// Paths within a data folder.
struct FolderPaths {
  explicit FolderPaths(const std::string& folder)
      : folder(folder), log(folder + "/log"), tables(folder + "/tables"), keys(folder + "/keys"),
        pepper(keys + "/pepper"), pepper_mark(folder + "/pepper.mark"), anchor(folder + "/anchor"),
        incarnation(folder + "/incarnation"), lock(folder + "/writer.lock"),
        spool(folder + "/opt_outs.spool") {}
  std::string folder, log, tables, keys, pepper, pepper_mark, anchor, incarnation, lock, spool;
};

/// What stands beside the two databases.
struct FolderFiles {
  SecretText pepper;
  Hash16 incarnation{};
  std::optional<Anchor::Mark> anchor;
  bool has_log = false; ///< events may be there; false: a new folder
};

/// Is it a data folder, or may it become one? Errors: not_a_data_folder, data_damaged.
Status check_is_folder(const FolderPaths& paths, bool may_create);
/// Reads the files; makes those that a new folder lacks when writing. A file that is missing beside
/// a log is damage. `keyless`: the pepper may stay shut. Errors: data_damaged, keys_exposed,
/// storage_failed, store_key_missing, store_key_wrong.
Result<FolderFiles> load_files(const FolderPaths& paths, Access access, const SecretFiles& secrets,
                               bool keyless = false);

} // namespace tidemark::storage
