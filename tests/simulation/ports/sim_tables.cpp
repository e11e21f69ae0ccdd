#include "tests/simulation/ports/sim_tables.hpp"

#include <algorithm>

namespace tidemark::sim {

const SimTables::Table* SimTables::find(std::string_view name) const {
  const auto at = tables_.find(name);
  return at == tables_.end() ? nullptr : &at->second;
}

Result<std::optional<std::string>> SimTables::get(std::string_view table,
                                                  std::string_view key) const {
  const auto* found = find(table);
  if (found == nullptr)
    return std::optional<std::string>{};
  const auto row = found->rows.find(key);
  return row == found->rows.end() ? std::optional<std::string>{} : std::optional(row->second);
}

Status SimTables::scan(std::string_view table, std::string_view prefix, std::string_view after,
                       const std::function<bool(std::string_view, std::string_view)>& row) const {
  const auto* found = find(table);
  if (found == nullptr)
    return Done{};
  for (auto at = found->rows.lower_bound(std::max(prefix, after));
       at != found->rows.end() && at->first.starts_with(prefix); ++at)
    if ((after.empty() || at->first != after) && !row(at->first, at->second))
      break;
  return Done{};
}

Status SimTables::apply(std::string_view table, std::vector<storage::Mutation> rows,
                        Position checkpoint) {
  auto& to = tables_[std::string(table)];
  for (auto& row : rows)
    if (row.value)
      to.rows[row.key] = std::move(*row.value);
    else
      to.rows.erase(row.key);
  to.checkpoint = checkpoint;
  return Done{};
}

Result<Position> SimTables::checkpoint(std::string_view table) const {
  const auto* found = find(table);
  return found == nullptr ? Position{} : found->checkpoint;
}

Status SimTables::clear(std::string_view table) {
  tables_.erase(std::string(table));
  return Done{};
}

} // namespace tidemark::sim
