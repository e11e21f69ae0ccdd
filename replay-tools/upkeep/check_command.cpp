#include "replay-tools/output.hpp"
#include "replay-tools/tables/table_commands.hpp"
#include "replay-tools/tenant_names.hpp"
#include "replay-tools/upkeep/findings.hpp"
#include "replay-tools/upkeep/table_copy.hpp"
#include "replay-tools/upkeep/upkeep_commands.hpp"
#include "storage/proofs/verify_chain.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace tidemark::tools {
namespace {

Result<CheckFinding> check_chain(const storage::LogStore& log) {
  TRY(found, storage::verify_log(log));
  CheckFinding out{.part = "log",
                   .looked_at = found.events,
                   .of = "events",
                   .todo = "stop the service; tidemark restore from a backup (docs/operating.md)"};
  if (!found.holds())
    out.add(fmt::format("event {}: {}", found.first_bad.value, found.problem));
  return out;
}

/// While the service runs it has the files open, and finds damage itself.
CheckFinding check_files_of(DataFolder& folder) {
  CheckFinding out{.part = "files",
                   .looked =
                       folder.is_live() ? "no files, for the service has them open" : "all files",
                   .todo = "stop the service; tidemark restore from a backup (docs/operating.md)"};
  if (const auto whole = folder.check_files(); !whole)
    out.add(whole.error().text);
  return out;
}

Result<CheckFinding> check_tables(DataFolder& folder, const TableCopy& copy) {
  CheckFinding out{.part = "tables", .of = "tables", .todo = "tidemark rebuild"};
  TRY(wanted, projections_named({}));
  const auto compared = compare_tables(
      folder, copy, wanted, {}, [](const auto&, Position, const auto&) { return Status(Done{}); });
  if (!compared && compared.error().code != "other_version")
    return compared.error();
  out.looked_at = wanted.size();
  if (!compared) {
    out.unreadable = true;
    out.add(compared.error().text);
    return out;
  }
  for (const auto& table : *compared)
    if (table.differences.all() > 0)
      out.add(fmt::format("{} at position {}: {} rows missing, {} too many, {} otherwise",
                          table.projection->name, table.at.value, table.differences.missing,
                          table.differences.extra, table.differences.other));
  return out;
}

int print_checked(Format format, const CheckFinding& finding, const std::string& tenant) {
  const bool holds = finding.count == 0;
  auto text =
      fmt::format("{:<10}{}{:<14} {}", finding.part, tenant.empty() ? std::string() : tenant + "  ",
                  holds ? "holds" : "DOES NOT HOLD",
                  !finding.looked.empty() ? finding.looked
                  : finding.looked_at > 0 ? fmt::format("{} {}", finding.looked_at, finding.of)
                                          : "no " + finding.of);
  if (!holds)
    text += fmt::format("; {} do not, the first: {}\n          {}", finding.count, finding.first,
                        finding.todo);
  print(format,
        {{"part", finding.part},
         {"tenant", tenant},
         {"looked_at", finding.looked_at},
         {"count", finding.count},
         {"first", finding.first},
         {"todo", holds ? "" : finding.todo},
         {"holds", holds}},
        text);
  return holds ? 0 : 1;
}

projections::Scan scan_over(const storage::TableStore& tables) {
  return [&tables](std::string_view table, std::string_view prefix, std::string_view after,
                   const projections::RowVisitor& row) {
    return tables.scan(table, prefix, after, row);
  };
}

/// What stands in tables that are not there, or not this program's.
CheckFinding not_looked_at(const char* part) {
  CheckFinding out{.part = part, .of = "rows looked at", .todo = "start the service once"};
  out.unreadable = true;
  out.add("the tables are not made yet, or are of another version");
  return out;
}

/// What is of each tenant. Gives how many parts do not hold.
Result<int> check_tenants(const CommonOptions& common, DataFolder& folder,
                          const projections::Scan& scan, bool readable) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  TRY(names, tenants_in(folder.log()));
  int bad = 0;
  for (const auto& name : names) {
    if (!common.tenant.empty() && common.tenant != name)
      continue;
    const TenantId tenant(name);
    const auto shown = names.size() > 1 ? name : std::string();
    TRY(intents, check_intents(folder.log(), tenant));
    CheckFinding mappings = not_looked_at("mappings"), opt_outs = not_looked_at("opt_outs");
    if (readable) {
      TRY(of_mappings, check_mappings(scan, tenant));
      TRY(of_opt_outs, check_opt_outs(scan, tenant, now));
      mappings = std::move(of_mappings);
      opt_outs = std::move(of_opt_outs);
    }
    for (const auto& one : {mappings, intents, opt_outs})
      bad += print_checked(common.format, one, shown);
  }
  return bad;
}

} // namespace

Result<int> check_all(DataFolder& folder, const CommonOptions& common) {
  TRY(chain, check_chain(folder.log()));
  int bad = print_checked(common.format, chain, {});
  if (bad == 0) { // nothing else can be said over a log that does not hold
    bad += print_checked(common.format, check_files_of(folder), {});
    TRY(copy, TableCopy::take(folder, common));
    TRY(tables, check_tables(folder, copy));
    bad += print_checked(common.format, tables, {});
    TRY(of_tenants, check_tenants(common, folder, scan_over(copy.tables()), !tables.unreadable));
    bad += of_tenants;
  }
  print_summary(common.format, {{"holds", bad == 0}, {"parts_bad", bad}},
                bad == 0 ? std::string("Everything holds.")
                         : fmt::format("{} parts do not hold.", bad));
  return bad == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
