#include "storage/tables/memory_tables.hpp"

#include "base/failpoint.hpp"

namespace tidemark::storage {

Result<std::optional<std::string>> MemoryTables::get(std::string_view table,
                                                     std::string_view key) const {
  const std::lock_guard lock(guard_);
  const auto found = tables_.find(table);
  if (found == tables_.end())
    return std::optional<std::string>{};
  const auto row = found->second.rows.find(key);
  return row == found->second.rows.end() ? std::optional<std::string>{}
                                         : std::optional(row->second);
}

Status
MemoryTables::scan(std::string_view table, std::string_view prefix, std::string_view after,
                   const std::function<bool(std::string_view, std::string_view)>& row) const {
  std::map<std::string, std::string, std::less<>> rows; // a copy: `row` may call us
  {
    const std::lock_guard lock(guard_);
    const auto found = tables_.find(table);
    if (found == tables_.end())
      return Done{};
    const auto& all = found->second.rows;
    auto next = after.empty() || after < prefix ? all.lower_bound(prefix) : all.upper_bound(after);
    for (; next != all.end() && next->first.starts_with(prefix); ++next)
      rows.emplace_hint(rows.end(), *next);
  }
  for (const auto& [key, value] : rows)
    if (!row(key, value))
      break;
  return Done{};
}

Status MemoryTables::apply(std::string_view table, std::vector<Mutation> rows,
                           Position checkpoint) {
  if (failpoint::hit(failpoint::Point::tables_before_apply))
    return Error{"storage_failed", "failpoint tables.before_apply"};
  const std::lock_guard lock(guard_);
  auto& target = tables_[std::string(table)];
  for (auto& mutation : rows) {
    if (mutation.value)
      target.rows[std::move(mutation.key)] = std::move(*mutation.value);
    else
      target.rows.erase(mutation.key);
  }
  target.checkpoint = checkpoint;
  return Done{};
}

Result<Position> MemoryTables::checkpoint(std::string_view table) const {
  const std::lock_guard lock(guard_);
  const auto found = tables_.find(table);
  return found == tables_.end() ? Position{} : found->second.checkpoint;
}

Status MemoryTables::clear(std::string_view table) {
  const std::lock_guard lock(guard_);
  tables_.erase(std::string(table));
  return Done{};
}

} // namespace tidemark::storage
