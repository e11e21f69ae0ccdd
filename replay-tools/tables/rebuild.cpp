#include "projections/table/projection.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/replay/parallel.hpp"
#include "replay-tools/tables/table_commands.hpp"
#include "replay-tools/tables/table_fold.hpp"
#include "storage/open_log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace tidemark::tools {
namespace {

/// Opening as a writer may record a recovery, which needs the time.
class SystemClock final : public WallClock {
public:
  Timestamp now() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
};

struct Rebuilt {
  std::uint64_t rows = 0;
  Digest digest{};
  Position was_at;
  bool same =
      true; ///< or it stood elsewhere, or was of another version, so that nothing can be said
};

/// Replaces one table by the folded rows; says whether the live one was the same.
Result<Rebuilt> replace(storage::OpenLog& open, TableFold& fold, std::size_t index, Position at) {
  const auto name = fold.projections()[index]->name;
  Rebuilt out;
  TRY(was_at, open.tables().checkpoint(name));
  out.was_at = was_at;
  std::optional<Digest> before;
  const auto version = std::to_string(fold.projections()[index]->version);
  TRY(noted, open.tables().get(projections::versions_table, name));
  if (out.was_at == at && noted == version) {
    TRY(sum, storage::digest(open.tables(), name));
    before = sum;
  }
  auto rows = fold.rows(index);
  const auto status = open.rocks_tables()->ingest(
      name, [&](std::string& key, std::string& value) { return rows.next(key, value); }, at);
  if (!status)
    return status.error();
  TRYV(open.tables().apply(projections::versions_table, {{std::string(name), version}}, {}));
  out.rows = rows.count();
  out.digest = rows.digest();
  out.same = !before || *before == out.digest;
  return out;
}

Result<std::unique_ptr<storage::OpenLog>>
open_alone(const std::string& dir, const CommonOptions& common, const WallClock& clock) {
  storage::OpenOptions options;
  options.folder = dir;
  TRY(key, given_store_key(common));
  options.store_key = std::move(key);
  options.create = false;
  auto open = storage::open_log(options, &clock);
  if (open)
    for (const auto& note : (*open)->notes())
      warn(note);
  return open;
}

void print_rebuilt(Format format, std::string_view name, const Rebuilt& table, Position at) {
  if (format == Format::json)
    return print_json({{"projection", name},
                       {"position", at.value},
                       {"rows", table.rows},
                       {"digest", to_hex(table.digest)},
                       {"was_at", table.was_at.value},
                       {"same", table.same}});
  print_line(fmt::format("{:<18} {:>10} rows at {}  {}{}", name, table.rows, at.value,
                         to_hex(table.digest), table.same ? "" : "  THE LIVE TABLE WAS DIFFERENT"));
}

} // namespace

Result<std::vector<const projections::Projection*>>
projections_named(const std::vector<std::string>& names) {
  std::vector<const projections::Projection*> wanted;
  for (const auto& name : names) {
    const auto* found = projections::find(name);
    if (!found) {
      std::string known;
      for (const auto& projection : projections::all())
        known += " " + std::string(projection.name);
      return Error{"bad_usage", "there is no projection " + name + "; there are:" + known};
    }
    wanted.push_back(found);
  }
  if (wanted.empty())
    for (const auto& projection : projections::all())
      wanted.push_back(&projection);
  return wanted;
}

int rebuild(const CommonOptions& common, const std::vector<std::string>& names) {
  const auto wanted = projections_named(names);
  if (!wanted)
    return report(wanted.error());
  const auto dir = data_dir_of(common);
  if (!dir)
    return report(dir.error());
  const SystemClock clock;
  const auto started = std::chrono::steady_clock::now();
  const auto open = open_alone(*dir, common, clock);
  if (!open)
    return report(open.error());
  const auto at = (*open)->log().durable();
  const KeyedHasher hasher((*open)->pepper());
  TableFoldOptions options;
  options.temporary_dir = *dir + "/tables";
  auto fold = TableFold::run((*open)->log(), at, *wanted, hasher, options);
  if (!fold)
    return report(fold.error());
  if (fold->unknown_count() > 0)
    return report({"unknown_events", fmt::format("{} events have types that this program does not "
                                                 "know: rebuild with the version that wrote them",
                                                 fold->unknown_count())});
  std::vector<Rebuilt> tables(wanted->size());
  const auto replaced = in_parallel(wanted->size(), options.threads, [&](std::size_t i) -> Status {
    TRY(table, replace(**open, *fold, i, at));
    tables[i] = table;
    return Done{};
  });
  if (!replaced)
    return report(replaced.error());
  bool same = true;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    same = same && tables[i].same;
    print_rebuilt(common.format, (*wanted)[i]->name, tables[i], at);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  if (common.format == Format::json)
    print_summary({{"projections", wanted->size()},
                   {"events", at.value},
                   {"same", same},
                   {"seconds", took.count()}});
  else
    print_line(fmt::format("{} events in {:.2f} s", at.value, took.count()));
  return same ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
