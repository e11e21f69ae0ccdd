#include "events/codec.hpp"
#include "projections/table/projection.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/tables/table_commands.hpp"
#include "replay-tools/upkeep/upkeep_commands.hpp"
#include "storage/log_store.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;
using Counts = std::map<std::string, std::uint64_t, std::less<>>;

/// What the log was written by and in.
struct LogOrigin {
  Counts programs; ///< starts of each version
  Counts unread;   ///< events of types that this program has no reading for, by type
};

Result<LogOrigin> origin_of(const storage::LogStore& log) {
  LogOrigin out;
  Counts types;
  const auto read =
      storage::read_each(log, {}, SIZE_MAX, [&](std::string_view record) -> Result<bool> {
        TRY(header, events::read_header(record));
        ++types[std::string(header.type)];
        if (header.type == events::EngineStarted::name) {
          TRY(view, events::read_record(record, false));
          TRY(event, events::decode(header.type, view.payload));
          if (const auto* start = std::get_if<events::EngineStarted>(&event))
            ++out.programs[start->version];
        }
        return true;
      });
  if (!read)
    return read.error();
  for (const auto& [type, count] : types)
    if (events::Decoder(type).unknown())
      out.unread.emplace(type, count);
  return out;
}

struct TableVersion {
  std::string_view name;
  std::string stored; ///< "" where it was never filled
  std::string wanted;
  bool is_due() const { return stored != wanted; }
};

Result<std::vector<TableVersion>> table_versions(const storage::TableStore& tables) {
  std::vector<TableVersion> out;
  for (const auto& projection : projections::all()) {
    TRY(stored, tables.get(projections::versions_table, projection.name));
    out.push_back({projection.name, stored.value_or(""), std::to_string(projection.version)});
  }
  return out;
}

void print_table(Format format, const TableVersion& table) {
  if (format == Format::text && !table.is_due())
    return;
  print(format,
        {{"table", table.name},
         {"version", table.stored},
         {"wanted", table.wanted},
         {"due", table.is_due()}},
        fmt::format("table {}: version {}, this program makes {}", table.name,
                    table.stored.empty() ? "none" : table.stored, table.wanted));
}

void print_origin(Format format, const LogOrigin& written) {
  for (const auto& [version, starts] : written.programs)
    print(format, {{"program", version}, {"starts", starts}},
          fmt::format("written by {}: {} starts", version, starts));
  for (const auto& [type, count] : written.unread)
    print(format, {{"type", type}, {"events", count}, {"readable", false}},
          fmt::format("{}: {} events that this program cannot read", type, count));
}

} // namespace

Result<int> migrate_status(DataFolder& folder, const CommonOptions& common) {
  TRY(written, origin_of(folder.log()));
  TRY(tables, table_versions(folder.tables()));
  print_origin(common.format, written);
  std::size_t due = 0;
  for (const auto& table : tables) {
    due += table.is_due() ? 1 : 0;
    print_table(common.format, table);
  }
  const bool done = due == 0 && written.unread.empty();
  print_summary(common.format,
                {{"events", folder.log().durable().value},
                 {"unread_types", written.unread.size()},
                 {"tables_due", due},
                 {"up_to_date", done}},
                !written.unread.empty() ? "Use the version that wrote these events."
                : due == 0
                    ? "Everything is of this version."
                    : fmt::format("{} tables are of another version: tidemark migrate up, or "
                                  "the next start of the service.",
                                  due));
  return done ? exit_code::done : exit_code::does_not_hold;
}

Result<int> migrate_up(const CommonOptions& common, const BackupOptions& options) {
  std::vector<std::string> due;
  {
    TRY(folder, open_for_reading(common));
    TRY(written, origin_of(folder->log()));
    if (!written.unread.empty())
      return Error{"unknown_events", "the log has events of types that this program cannot read; "
                                     "nothing was changed (tidemark migrate status)"};
    TRY(tables, table_versions(folder->tables()));
    for (const auto& table : tables)
      if (table.is_due())
        due.emplace_back(table.name);
    if (!due.empty() && folder->is_live())
      return Error{"bad_usage", "the service that runs is of another version than this program: "
                                "its restart makes the tables; nothing was changed"};
  }
  TRY(saved, backup(common, options));
  if (saved != exit_code::done)
    return saved; // it says why; nothing was changed
  if (due.empty()) {
    print_summary(common.format, {{"rebuilt", 0}}, "Every table is of this version.");
    return exit_code::done;
  }
  return rebuild(common, due);
}

Result<int> migrate_down(const CommonOptions& common, const RestoreOptions& options) {
  TRY(code, restore(common, options));
  if (!options.read_only)
    warn(
        "a version that has no `tidemark restored` sees the hold on sending as a plain stop, which "
        "tidemark resume-all ends unasked: there, tidemark reconcile every system before");
  return code;
}

} // namespace tidemark::tools
