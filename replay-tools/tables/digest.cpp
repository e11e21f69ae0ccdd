#include "base/crypto.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/tables/table_commands.hpp"
#include "replay-tools/tables/table_fold.hpp"
#include "replay-tools/tables/temporary_dir.hpp"
#include "storage/tables/rocks_tables.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace tidemark::tools {
namespace {

using Digests = std::map<std::string_view, Digest>;

/// From the tables, when all of them stand exactly at `at`, before and after.
Result<std::optional<Digests>> from_tables(DataFolder& folder, Position at) {
  Digests out;
  for (const auto& projection : projections::all()) {
    TRY(before, folder.tables().checkpoint(projection.name));
    if (before != at)
      return std::optional<Digests>{};
    TRY(sum, storage::digest(folder.tables(), projection.name));
    TRY(after, folder.tables().checkpoint(projection.name));
    if (after != at)
      return std::optional<Digests>{}; // a running service moved on meanwhile
    out[projection.name] = sum;
  }
  return std::optional{std::move(out)};
}

Result<Digests> by_fold(DataFolder& folder, Position at) {
  TRY(hasher, folder.hasher());
  std::vector<const projections::Projection*> wanted;
  for (const auto& projection : projections::all())
    wanted.push_back(&projection);
  TableFoldOptions options;
  options.temporary_dir = temporary_dir();
  TRY(fold, TableFold::run(folder.log(), at, wanted, hasher, options));
  if (fold.unknown_count() > 0)
    warn(fmt::format("{} events have types that this program does not know: use the version that "
                     "wrote them",
                     fold.unknown_count()));
  Digests out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto rows = fold.rows(i);
    std::string key;
    std::string value;
    auto more = rows.next(key, value);
    while (more && *more)
      more = rows.next(key, value);
    if (!more)
      return more.error();
    out[wanted[i]->name] = rows.digest();
  }
  return out;
}

} // namespace

int digest(DataFolder& folder, const CommonOptions& common, std::uint64_t at) {
  const auto end = folder.log().durable();
  if (at > end.value)
    return report(
        {"bad_usage", fmt::format("--at {} is beyond the log, which ends at {}", at, end.value)});
  const auto position = at > 0 ? Position{at} : end;
  const auto stored = from_tables(folder, position);
  if (!stored)
    return report(stored.error());
  Digests digests;
  if (stored.value()) {
    digests = *stored.value();
  } else {
    auto folded = by_fold(folder, position);
    if (!folded)
      return report(folded.error());
    digests = std::move(*folded);
  }
  // Nothing is erased yet: the hash of the empty set.
  nlohmann::ordered_json out{{"position", position.value}, {"erased", sha256_hex("")}};
  out["digests"] = nlohmann::ordered_json::object();
  for (const auto& [name, sum] : digests)
    out["digests"][std::string(name)] = to_hex(sum);
  if (common.format == Format::json) {
    print_json(out);
    return exit_code::done;
  }
  print_line(fmt::format("at position {}", position.value));
  for (const auto& [name, sum] : digests)
    print_line(fmt::format("{:<18} {}", name, to_hex(sum)));
  return exit_code::done;
}

} // namespace tidemark::tools
