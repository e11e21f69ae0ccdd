#pragma once
#include "base/keyed_hash.hpp"
#include "base/result.hpp"
#include "projections/table/row_batch.hpp"
#include "projections/table/scan.hpp"
#include "storage/log_store.hpp"

#include <map>
#include <optional>
#include <string>

/// The table `opt_outs` as the log makes it, up to a time. For the audit, which needs no tables.
namespace tidemark::tools {

/// The rows of the projection, in memory.
class OptOutRows {
public:
  void take(const projections::RowBatch& batch);
  /// Reads these rows, whatever table is named; valid as long as they are.
  projections::Scan scan() const;

private:
  std::map<std::string, std::string, std::less<>> rows_;
};

struct FoldedOptOuts {
  OptOutRows rows;
  Position position;         ///< of the newest event in it
  Digest hash{};             ///< of that event
  std::uint64_t unknown = 0; ///< events of types that this program does not know
};

/// Everything, or what had been received at `as_of`: then what was decided about it later counts
/// too, and nothing else that came later. Errors: those of reading.
Result<FoldedOptOuts> fold_opt_outs(const storage::LogStore& log, const KeyedHasher& hasher,
                                    const std::optional<Timestamp>& as_of);

} // namespace tidemark::tools
