#pragma once
#include "replay-tools/tables/merged_rows.hpp"
#include "storage/tables.hpp"

#include <functional>

namespace tidemark::tools {

/// How a table differs from what the log says.
struct TableDifferences {
  std::uint64_t rows = 0;    ///< that the log gives
  std::uint64_t missing = 0; ///< rows that it lacks
  std::uint64_t extra = 0;   ///< rows that it should not have
  std::uint64_t other = 0;   ///< rows with another value
  std::uint64_t all() const { return missing + extra + other; }
};

/// Walks through a table that nobody changes and through the rows that the log gives, both in the
/// order of keys, those that begin with `prefix`. `mend` gets each change that the table needs.
/// Errors: of reading, and `mend`'s own.
Result<TableDifferences> compare_rows(const storage::TableStore& table, std::string_view name,
                                      MergedRows& folded, std::string_view prefix,
                                      const std::function<Status(storage::Mutation)>& mend);

} // namespace tidemark::tools
