#include "base/keyed_hash.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"
#include "replay-tools/tables/table_commands.hpp"
#include "replay-tools/tenant_names.hpp"
#include "replay-tools/upkeep/table_copy.hpp"
#include "replay-tools/upkeep/upkeep_commands.hpp"
#include "storage/open_log.hpp"
#include "storage/tables/staged_rows.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t rows_together = 8'192;

/// Changes on their way into tables, some at a time.
class ChangeWriter {
public:
  /// `staged`: they are laid down for the service.
  ChangeWriter(storage::TableStore& to, bool staged) : to_(to), staged_(staged) {}
  Status take(const projections::Projection& projection, Position at, storage::Mutation change) {
    if (table_ != projection.name || at != at_) {
      TRYV(flush());
    }
    table_ = projection.name;
    at_ = at;
    rows_.push_back(staged_ ? storage::to_staged(std::move(change)) : std::move(change));
    return rows_.size() < rows_together ? Status(Done{}) : flush();
  }
  Status flush() {
    count_ += rows_.size();
    return rows_.empty() ? Status(Done{}) : to_.apply(table_, std::exchange(rows_, {}), at_);
  }
  std::uint64_t count() const { return count_; }

private:
  storage::TableStore& to_;
  bool staged_;
  std::string_view table_;
  Position at_;
  std::vector<storage::Mutation> rows_;
  std::uint64_t count_ = 0;
};

/// `tenant`: whose rows they are; "" for all, of which a digest can be told.
void print_table(Format format, const ComparedTable& table, const std::string& tenant) {
  const auto& d = table.differences;
  const auto name = table.projection->name;
  if (format == Format::json) {
    Json out{{"projection", name}, {"position", table.at.value}, {"rows", table.rows}};
    if (tenant.empty())
      out.update(Json{{"digest", to_hex(table.folded)}, {"was", to_hex(table.stored)}});
    else
      out["tenant"] = tenant;
    out.update(Json{
        {"missing", d.missing}, {"extra", d.extra}, {"other", d.other}, {"same", d.all() == 0}});
    return print_json(out);
  }
  print_line(fmt::format("{:<18} {:>10} rows at {}  {}{}", name, table.rows, table.at.value,
                         tenant.empty() ? to_hex(table.folded) : "of " + tenant,
                         d.all() == 0 ? std::string()
                                      : fmt::format("  THE LIVE TABLE WAS DIFFERENT: {} rows "
                                                    "missing, {} too many, {} otherwise",
                                                    d.missing, d.extra, d.other)));
}

int print_all(const CommonOptions& common, const std::vector<ComparedTable>& tables,
              std::uint64_t changed) {
  std::size_t different = 0;
  std::uint64_t rows = 0;
  for (const auto& table : tables) {
    different += table.differences.all() > 0 ? 1 : 0;
    rows += table.rows;
    print_table(common.format, table, common.tenant);
  }
  const auto whose = common.tenant.empty() ? std::string() : " of " + common.tenant;
  print_summary(
      common.format,
      {{"projections", tables.size()},
       {"rows", rows},
       {"same", different == 0},
       {"different", different},
       {"rows_replaced", changed}},
      different == 0
          ? fmt::format("{} tables are what the log says, {} rows{}; none was replaced.",
                        tables.size(), rows, whose)
          : fmt::format("{} of {} tables differed; {} rows{} were put in their place, of {}.",
                        different, tables.size(), changed, whose, rows));
  return different == 0 ? exit_code::done : exit_code::does_not_hold;
}

/// Any tenant's name, for a question about all of them.
Result<std::string> some_tenant(const CommonOptions& common, const storage::LogStore& log) {
  if (!common.tenant.empty())
    return common.tenant;
  TRY(names, tenants_in(log));
  return names.empty() ? std::string() : *names.begin();
}

Result<int> rebuild_beside(const CommonOptions& common, DataFolder& folder,
                           const std::vector<const projections::Projection*>& wanted) {
  TRY(copy, TableCopy::take(folder, common)); // first: no other rebuild is at work then
  const Scratch place(folder.path() + std::string(storage::staged_tables));
  std::vector<ComparedTable> tables;
  std::uint64_t changed = 0;
  {
    TRY(staged, storage::RocksTables::open(place.path(), storage::Access::write));
    ChangeWriter writer(*staged, true);
    TRY(compared, compare_tables(folder, copy, wanted, TenantId(common.tenant),
                                 [&](const auto& projection, Position at, auto change) {
                                   return writer.take(projection, at, std::move(change));
                                 }));
    TRYV(writer.flush());
    changed = writer.count();
    tables = std::move(compared);
  }
  if (changed > 0) {
    TRY(tenant, some_tenant(common, folder.log()));
    TRY(taken, ask_service(folder.path(), {tenant, "POST", "/api/v1/tables/staged", "{}"}));
    changed = taken["rows"].get<std::uint64_t>(); // of a table that is filled anew it takes none
  }
  return print_all(common, tables, changed);
}

class SystemMoment final : public WallClock {
public:
  Timestamp now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

/// The rows of one tenant, in a folder at rest.
Result<int> rebuild_rows(const CommonOptions& common, const std::string& dir,
                         const std::vector<const projections::Projection*>& wanted) {
  const SystemMoment clock;
  storage::OpenOptions options;
  options.folder = dir;
  options.create = false;
  TRY(key, given_store_key(common));
  options.store_key = std::move(key);
  TRY(opened, storage::open_log(options, &clock));
  TRYV(check_tenant(common, opened->log()));
  auto& tables = opened->tables();
  ChangeWriter writer(tables, false);
  DataFolder folder(dir, std::move(opened), nullptr, common);
  TRY(copy, TableCopy::take(folder, common));
  TRY(compared, compare_tables(folder, copy, wanted, TenantId(common.tenant),
                               [&](const auto& projection, Position at, auto change) {
                                 return writer.take(projection, at, std::move(change));
                               }));
  TRYV(writer.flush());
  return print_all(common, compared, writer.count());
}

} // namespace

Result<int> rebuild_tables(const CommonOptions& common, const std::vector<std::string>& names) {
  TRY(wanted, projections_named(names));
  TRY(dir, data_dir_of(common));
  if (storage::connect_to_service(dir)) {
    TRY(folder, open_for_reading(common));
    TRYV(check_tenant(common, folder->log()));
    return rebuild_beside(common, *folder, wanted);
  }
  return common.tenant.empty() ? Result<int>(rebuild(common, names))
                               : rebuild_rows(common, dir, wanted);
}

Result<int> clear_cache(const CommonOptions& common, const std::vector<std::string>& names) {
  if (common.tenant.empty())
    return Error{"bad_usage", "say --tenant, whose tables are to be made anew; tidemark rebuild "
                              "makes those of all"};
  return rebuild_tables(common, names);
}

} // namespace tidemark::tools
