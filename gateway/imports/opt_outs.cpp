#include "domain/consent/imported_opt_out.hpp"
#include "events/format/tags.hpp"
#include "gateway/actions/import_list.hpp"
#include "gateway/api/store.hpp"
#include "gateway/imports/import_rows.hpp"
#include "gateway/imports/routes.hpp"

// Lists of opt-outs from elsewhere, row by row. A row is decided by the engine like any input.

namespace tidemark::gateway {
namespace {

// ---- what is sent

Result<std::string> said_at(json::Value at, Timestamp now) {
  if (!at.stated())
    return std::string();
  return time_in(at, now);
}

/// Errors: what is wrong with the row, for people; it never quotes the row.
Result<events::OptOutImported> read_row(const ApiContext& api, json::Value row,
                                        const events::BulkImport& file) {
  for (const auto& [name, value] : row.members())
    if (!has_word("line phone email channel at", name))
      return Error{"bad_row", "a row has line, phone or email, channel and at, and nothing else"};
  events::OptOutImported out;
  TRY(address, address_in(row, api.region()));
  out.kind = address.kind;
  out.address = PiiText(std::move(address.value));
  const auto word = row["channel"].stated() ? row["channel"].text().value_or("") : file.channel;
  const auto channels = domain::channels_named(word, out.kind);
  if (!channels)
    return Error{"bad_channel", "channel is none of sms, calls, email and all, or such an address "
                                "does not have it"};
  out.channels = *channels;
  TRY(at, said_at(row["at"], api.now()));
  out.stated_at = std::move(at);
  return out;
}

storage::Append append_of(const ApiContext& api, const events::BulkImport& file,
                          events::OptOutImported row) {
  const auto hash = api.hash_of({row.kind, std::string(row.address.reveal())});
  std::string once =
      "import/" + file.file_hash + "/" + std::to_string(row.line) + "/" + to_hex(hash);
  for (const auto channel : row.channels)
    once += "/" + std::string(name_of_enum(channel));
  storage::Append out;
  out.tenant = api.tenant();
  out.dedupe.push_back(
      {api.ports.hasher(HashedKind::notice, api.tenant(), once), std::nullopt, {}});
  out.events.push_back({events::import_stream(file.file_hash, file.channel),
                        std::move(row),
                        {events::imported_opt_out_tag(hash)},
                        {}});
  return out;
}

// ---- what came of it

constexpr Schema import_answer{
    "opt_out_import",
    {{optional(integer("taken")), optional(integer("repeated")), optional(integer("fine")),
      integer("refused"), list("rows", imported_row)}}};

/// Read as if they were to be stored: what is bad is the same.
Result<Json> preview_opt_outs(const ApiContext& api, const Body& body,
                              const events::BulkImport& file) {
  std::size_t fine = 0, refused = 0;
  Json rows = Json::array();
  TRYV(ImportRows::read(body, [&](json::Value item, std::uint64_t line) -> Result<storage::Append> {
    const auto row = read_row(api, item, file);
    ++(row ? fine : refused);
    rows.push_back(row ? Json{{"line", line}, {"result", "fine"}} : refused_row(line, row.error()));
    return storage::Append{};
  }));
  return Json{{"fine", fine}, {"refused", refused}, {"rows", std::move(rows)}};
}

Result<Json> store_opt_outs(const ApiContext& api, const Body& body,
                            const events::BulkImport& file) {
  TRY(reason, body.reason());
  TRY(rows,
      ImportRows::read(body, [&](json::Value item, std::uint64_t line) -> Result<storage::Append> {
        TRY(row, read_row(api, item, file));
        row.file_hash = file.file_hash;
        row.line = line;
        return append_of(api, file, asked_in(api, body, reason, std::move(row)));
      }));
  return std::move(rows).store(api);
}

Result<Json> import_opt_outs(const ApiContext& api) {
  TRY(body, api.body());
  TRY(file, opt_out_list(body.text("file_hash"), body.text("channel")));
  TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
  return taken_under_action(api, body, file, dry_run, [&] {
    return dry_run ? preview_opt_outs(api, body, file) : store_opt_outs(api, body, file);
  });
}

// ---- how far a file was taken

constexpr Schema progress_schema{
    "opt_out_import_progress",
    {{text("file_hash"), text("channel"), integer("rows"), nullable(integer("last_line"))}}};

Result<Json> show_import(const ApiContext& api) {
  TRY(file, opt_out_list(std::string(api.param("file_hash")), std::string(api.param("channel"))));
  TRY(progress, import_progress(api, events::import_stream(file.file_hash, file.channel)));
  return Json{{"file_hash", file.file_hash},
              {"channel", file.channel},
              {"rows", progress.rows},
              {"last_line", std::move(progress.last_line)}};
}

constexpr Route import_rows[] = {
    {"import_opt_outs", "POST", "/api/v1/opt-outs/import", Right::operate, import_opt_outs,
     &import_answer, "", "file_hash channel reason dry_run rows action last",
     unreadable_so_nothing_stored},
    {"opt_out_import", "GET", "/api/v1/opt-outs/import", Right::read, show_import, &progress_schema,
     "file_hash channel"},
};

} // namespace

constinit const Routes opt_out_import_routes = import_rows;

} // namespace tidemark::gateway
