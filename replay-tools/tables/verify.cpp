#include "replay-tools/output.hpp"
#include "replay-tools/tables/table_commands.hpp"
#include "replay-tools/tables/table_fold.hpp"
#include "replay-tools/tables/temporary_dir.hpp"
#include "storage/open_log.hpp"
#include "storage/proofs/verify_chain.hpp"
#include "storage/tables/rocks_tables.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

struct Finding {
  std::uint64_t events = 0;
  std::optional<std::uint64_t> first_bad;
  std::string what; ///< "" when everything holds
};

void print_finding(Format format, const Finding& finding) {
  const bool holds = finding.what.empty();
  if (format == Format::text) {
    print_line(holds ? fmt::format("{} events: everything holds", finding.events)
                     : fmt::format("DOES NOT HOLD{}: {}",
                                   finding.events == 0
                                       ? std::string()
                                       : fmt::format(" after {} good events", finding.events),
                                   finding.what));
    return;
  }
  nlohmann::ordered_json summary{{"events", finding.events}, {"holds", holds}};
  summary["first_bad_position"] =
      finding.first_bad ? nlohmann::ordered_json(*finding.first_bad) : nullptr;
  summary["what"] = finding.what;
  print_summary(summary);
}

/// Compares every table with a fold up to its checkpoint. Gives the first that differs, or "".
Result<std::string> different_table(DataFolder& folder) {
  TRY(hasher, folder.hasher());
  for (const auto& projection : projections::all()) {
    TRY(at, folder.tables().checkpoint(projection.name));
    TRY(stored, storage::digest(folder.tables(), projection.name));
    const auto still_at = folder.tables().checkpoint(projection.name);
    if (!still_at || *still_at != at || at > folder.log().durable())
      return Error{"busy", "the tables move while the service runs: stop it to compare them"};
    TableFoldOptions options;
    options.temporary_dir = temporary_dir();
    TRY(fold, TableFold::run(folder.log(), at, {&projection}, hasher, options));
    auto rows = fold.rows(0);
    std::string key;
    std::string value;
    auto more = rows.next(key, value);
    while (more && *more)
      more = rows.next(key, value);
    if (!more)
      return more.error();
    if (rows.digest() != stored)
      return std::string(projection.name);
  }
  return std::string{};
}

Finding finding_of(const storage::IntegrityReport& found) {
  return {found.events, found.first_bad.value,
          fmt::format("event {}: {}", found.first_bad.value, found.problem)};
}

/// Where a log that does not open breaks; what the opening said when that cannot be told.
Finding damage_in(const CommonOptions& common, const Error& failure) {
  const Finding untold{0, std::nullopt, failure.text};
  const auto dir = data_dir_of(common);
  if (!dir)
    return untold;
  storage::OpenOptions open;
  open.folder = *dir;
  open.access = storage::Access::read;
  open.create = false;
  open.damaged = true;
  const auto opened = storage::open_log(open, nullptr);
  if (!opened)
    return untold;
  const auto found = storage::verify_log((*opened)->log());
  return found && !found->holds() ? finding_of(*found) : untold;
}

} // namespace

int verify(const CommonOptions& common, bool tables) {
  const auto folder = open_for_reading(common);
  if (!folder) {
    const auto code = exit_code_of(folder.error());
    if (code != exit_code::data_damaged)
      return report(folder.error());
    print_finding(common.format, damage_in(common, folder.error()));
    return report(folder.error());
  }
  const auto found = storage::verify_log((*folder)->log());
  if (!found)
    return report(found.error());
  if (!found->holds()) {
    print_finding(common.format, finding_of(*found));
    return exit_code::data_damaged;
  }
  if (const auto whole = (*folder)->check_files(); !whole) {
    print_finding(common.format, {found->events, std::nullopt, whole.error().text});
    return report(whole.error());
  }
  if (tables) {
    const auto different = different_table(**folder);
    if (!different)
      return report(different.error());
    if (!different->empty()) {
      print_finding(common.format,
                    {found->events, std::nullopt,
                     "the table " + *different + " is not what the log says; run: tidemark rebuild "
                         + *different});
      return exit_code::does_not_hold;
    }
  }
  print_finding(common.format, {found->events, std::nullopt, ""});
  return exit_code::done;
}

} // namespace tidemark::tools
