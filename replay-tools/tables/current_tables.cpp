#include "replay-tools/tables/current_tables.hpp"

#include "replay-tools/output.hpp"
#include "replay-tools/tables/table_fold.hpp"
#include "replay-tools/tables/temporary_dir.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace tidemark::tools {
namespace {

constexpr std::chrono::milliseconds look_every{20};
constexpr int looks_max = 50;
constexpr std::size_t rows_at_once = 1000;

} // namespace

projections::Scan CurrentTables::scan() {
  return [this](std::string_view name, std::string_view prefix, std::string_view after,
                const projections::RowVisitor& row) -> Status {
    TRY(from, table(name));
    return from->scan(name, prefix, after, row);
  };
}

Result<const storage::TableStore*> CurrentTables::table(std::string_view name) {
  if (const auto found = chosen_.find(name); found != chosen_.end())
    return found->second;
  const storage::TableStore* from = &folder_.tables();
  if (const auto* projection = projections::find(name)) {
    TRY(current, is_current(*projection));
    if (!current) {
      TRYV(fold(*projection));
      from = &folded_;
    }
  }
  chosen_.emplace(name, from);
  return from;
}

Result<bool> CurrentTables::stands_at_end(const projections::Projection& projection) {
  TRY(version, folder_.tables().get(projections::versions_table, projection.name));
  TRY(checkpoint, folder_.tables().checkpoint(projection.name));
  // While the service runs, its tables may have gone on since `end_` was looked at.
  return version == std::to_string(projection.version)
         && (checkpoint == end_ || (folder_.is_live() && checkpoint > end_));
}

Result<bool> CurrentTables::is_current(const projections::Projection& projection) {
  auto current = stands_at_end(projection);
  for (int looks = 1; folder_.is_live() && current && !*current && looks < looks_max; ++looks) {
    std::this_thread::sleep_for(look_every);
    current = stands_at_end(projection);
  }
  return current;
}

Status CurrentTables::fold(const projections::Projection& projection) {
  TRY(hasher, folder_.hasher());
  TableFoldOptions options;
  options.temporary_dir = temporary_dir();
  TRY(fold, TableFold::run(folder_.log(), end_, {&projection}, hasher, options));
  if (fold.unknown_count() > 0)
    warn(fmt::format("{} events have types that this program does not know: use the version that "
                     "wrote them",
                     fold.unknown_count()));
  auto rows = fold.rows(0);
  std::vector<storage::Mutation> batch;
  std::string key;
  std::string value;
  auto more = rows.next(key, value);
  for (; more && *more; more = rows.next(key, value)) {
    batch.push_back({key, value});
    if (batch.size() == rows_at_once)
      if (const auto kept = folded_.apply(projection.name, std::exchange(batch, {}), end_); !kept)
        return kept;
  }
  if (!more)
    return more.error();
  return folded_.apply(projection.name, std::move(batch), end_);
}

} // namespace tidemark::tools
