#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Rows that can be rebuilt from the log: projections, snapshots, checkpoints. Unsynced; dropping
/// them loses nothing.
namespace tidemark::storage {

/// One change of a row. Keys hold keyed hashes only.
struct Mutation {
  std::string key;
  std::optional<std::string> value; ///< none: the row goes
};

/// Named tables of sorted bytes with a checkpoint each.
class TableStore {
public:
  virtual ~TableStore() = default;
  virtual Result<std::optional<std::string>> get(std::string_view table,
                                                 std::string_view key) const = 0;
  /// Rows whose key begins with `prefix` and is > `after`, ascending; return false to stop.
  virtual Status
  scan(std::string_view table, std::string_view prefix, std::string_view after,
       const std::function<bool(std::string_view key, std::string_view value)>& row) const = 0;
  /// Rows and checkpoint change in one step.
  virtual Status apply(std::string_view table, std::vector<Mutation> rows, Position checkpoint) = 0;
  /// Up to where the table reflects the log; 0 for a new one.
  virtual Result<Position> checkpoint(std::string_view table) const = 0;
  /// Empties a table and sets its checkpoint to 0.
  virtual Status clear(std::string_view table) = 0;
};

} // namespace tidemark::storage
