#pragma once
#include "storage/folder/anchor.hpp"
#include "storage/records/log_db.hpp"

namespace tidemark::storage {

/// Is this log all there, as far as can be told without reading all of it? The tip reaches the
/// anchor, the hash there is the anchor's, and the last 1,000 records are chained. Gives where the
/// log ends. Errors: data_damaged, data_rolled_back, storage_failed.
Result<Tip> inspect(const LogDb& log, const std::optional<Anchor::Mark>& anchor);

/// A log whose write-ahead log has a damaged tail (RocksDB refuses it): opens a copy up to the
/// damage and, if the copy reaches the anchor, puts it in the log's place. The damaged one is kept
/// beside it as `log.damaged-<n>`. Gives what was done, in words.
/// Errors: data_damaged when acknowledged events would be missing.
Result<std::string> recover_tail(const std::string& log_folder,
                                 const std::optional<Anchor::Mark>& anchor, const Error& found);

} // namespace tidemark::storage
