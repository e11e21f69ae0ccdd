#include "replay-tools/upkeep/table_copy.hpp"

#include "replay-tools/service/service_http.hpp"
#include "replay-tools/tables/table_fold.hpp"
#include "replay-tools/tables/temporary_dir.hpp"
#include "replay-tools/tenant_names.hpp"
#include "storage/tables/staged_rows.hpp"

#include <fmt/format.h>

#include <map>

namespace tidemark::tools {
namespace {

using Wanted = std::vector<const projections::Projection*>;

/// The tables by where they stand: those that stand at one position are folded together.
Result<std::map<Position, Wanted>> by_position(const storage::TableStore& tables,
                                               const Wanted& wanted) {
  std::map<Position, Wanted> out;
  for (const auto* projection : wanted) {
    TRY(version, tables.get(projections::versions_table, projection->name));
    if (version != std::to_string(projection->version))
      return Error{"other_version",
                   fmt::format("the table {} is of another version than this program's; the next "
                               "start of the service fills it anew",
                               projection->name)};
    TRY(at, tables.checkpoint(projection->name));
    out[at].push_back(projection);
  }
  return out;
}

Result<ComparedTable> compare_one(const storage::TableStore& tables, TableFold& fold,
                                  std::size_t index, Position at, const TenantId& tenant,
                                  const TakeChange& change) {
  const auto prefix = tenant.value.empty() ? std::string() : projections::row_key(tenant, {});
  ComparedTable out;
  out.projection = fold.projections()[index];
  out.at = at;
  auto rows = fold.rows(index);
  TRY(found, compare_rows(tables, out.projection->name, rows, prefix, [&](storage::Mutation row) {
        return change(*out.projection, at, std::move(row));
      }));
  out.differences = found;
  out.rows = found.rows;
  if (!prefix.empty())
    return out;
  out.folded = rows.digest();
  TRY(stored, storage::digest(tables, out.projection->name));
  out.stored = stored;
  return out;
}

} // namespace

Result<TableCopy> TableCopy::take(DataFolder& folder, const CommonOptions& common) {
  TableCopy out;
  if (!folder.is_live()) {
    out.tables_ = &folder.tables();
    return out;
  }
  // The service lays a copy down at one place, in the place of the copy before.
  auto alone = storage::Fence::take(folder.path() + "/tables.lock");
  if (!alone)
    return alone.error().code != "data_in_use"
               ? alone.error()
               : Error{"busy",
                       "another check or rebuild reads a copy of the tables: try again when "
                       "it has ended"};
  out.alone_ = std::move(*alone);
  const auto path = folder.path() + std::string(storage::tables_copy);
  out.place_ = std::make_unique<Scratch>(path);
  auto tenant = common.tenant;
  if (tenant.empty()) { // the service wants one named, and any will do
    TRY(names, tenants_in(folder.log()));
    tenant = names.empty() ? "" : *names.begin();
  }
  TRYV(ask_service(folder.path(), {tenant, "POST", "/api/v1/tables/copy", "{}"}));
  TRY(own, storage::RocksTables::open(path, storage::Access::read));
  out.own_ = std::move(own);
  out.tables_ = out.own_.get();
  TRYV(folder.refresh()); // the tables may be ahead of what was read of the log
  return out;
}

Result<std::vector<ComparedTable>> compare_tables(DataFolder& folder, const TableCopy& copy,
                                                  const Wanted& wanted, const TenantId& tenant,
                                                  const TakeChange& change) {
  std::vector<ComparedTable> out;
  TRY(hasher, folder.hasher());
  TRY(groups, by_position(copy.tables(), wanted));
  TableFoldOptions options;
  options.temporary_dir = temporary_dir();
  options.tenant = tenant;
  for (const auto& [at, together] : groups) {
    TRY(fold, TableFold::run(folder.log(), at, together, hasher, options));
    if (fold.unknown_count() > 0)
      return Error{"unknown_events", fmt::format("{} events have types that this program does not "
                                                 "know: use the version that wrote them",
                                                 fold.unknown_count())};
    for (std::size_t i = 0; i < together.size(); ++i) {
      TRY(table, compare_one(copy.tables(), fold, i, at, tenant, change));
      out.push_back(table);
    }
  }
  return out;
}

} // namespace tidemark::tools
