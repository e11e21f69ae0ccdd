#include "domain/consent/imported_opt_out.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/store.hpp"
#include "gateway/imports/import_rows.hpp"
#include "gateway/imports/routes.hpp"

// Lists of opt-outs from elsewhere, row by row. A row is decided by the engine like any input.

namespace tidemark::gateway {
namespace {

constexpr std::chrono::minutes ahead_at_most{5};
constexpr std::string_view usual_channel = "all";

// ---- what is sent

/// The file that the rows are of, and what one closes that names no channel.
struct ImportedFile {
  std::string hash, channel;
};

Result<ImportedFile> file_named(std::string hash, std::string channel) {
  TRY(known, file_hash_named(std::move(hash)));
  if (channel.empty())
    channel = usual_channel;
  if (!domain::channels_named(channel, events::Field::phone)
      && !domain::channels_named(channel, events::Field::email))
    return Error{"bad_channel", "channel is sms, calls, email or all"};
  return ImportedFile{std::move(known), std::move(channel)};
}

Result<std::string> said_at(json::Value at, Timestamp now) {
  if (!at.stated())
    return std::string();
  const auto said = from_rfc3339(at.text().value_or(""));
  if (!said)
    return Error{"bad_at", "at is no time in RFC 3339 with its zone"};
  if (*said > now + ahead_at_most)
    return Error{"bad_at", "at lies in the future"};
  return to_rfc3339(*said);
}

/// Errors: what is wrong with the row, for people; it never quotes the row.
Result<events::OptOutImported> read_row(const ApiContext& api, json::Value row,
                                        const ImportedFile& file) {
  for (const auto& [name, value] : row.members())
    if (!has_word("line phone email channel at", name))
      return Error{"bad_row", "a row has line, phone or email, channel and at, and nothing else"};
  const bool by_phone = row["phone"].stated();
  if (by_phone == row["email"].stated())
    return Error{"bad_row", "a row has a phone or an email, one of them"};
  events::OptOutImported out;
  out.kind = by_phone ? events::Field::phone : events::Field::email;
  const auto address =
      gateway::read_address(row[by_phone ? "phone" : "email"].text().value_or(""), api.region());
  if (!address || address->kind != out.kind)
    return Error{"bad_address", by_phone ? "this is no phone number in any usual form"
                                         : "this is no e-mail address"};
  out.address = PiiText(address->value);
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

storage::Append append_of(const ApiContext& api, const ImportedFile& file,
                          events::OptOutImported row) {
  const auto hash = api.hash_of({row.kind, std::string(row.address.reveal())});
  std::string once = "import/" + file.hash + "/" + std::to_string(row.line) + "/" + to_hex(hash);
  for (const auto channel : row.channels)
    once += "/" + std::string(name_of_enum(channel));
  storage::Append out;
  out.tenant = api.tenant();
  out.dedupe.push_back(
      {api.ports.hasher(HashedKind::notice, api.tenant(), once), std::nullopt, {}});
  out.events.push_back({events::import_stream(file.hash, file.channel),
                        std::move(row),
                        {events::imported_opt_out_tag(hash)},
                        {}});
  return out;
}

// ---- what came of it

constexpr Schema import_answer{
    "opt_out_import",
    {{integer("taken"), integer("repeated"), integer("refused"), list("rows", imported_row)}}};

Result<Json> import_opt_outs(const ApiContext& api) {
  TRY(body, api.body());
  TRY(file, file_named(body.text("file_hash"), body.text("channel")));
  TRY(reason, body.reason());
  TRY(rows,
      ImportRows::read(body, [&](json::Value item, std::uint64_t line) -> Result<storage::Append> {
        TRY(row, read_row(api, item, file));
        row.file_hash = file.hash;
        row.line = line;
        return append_of(api, file, asked(api, reason, std::move(row)));
      }));
  return std::move(rows).store(api);
}

// ---- how far a file was taken

constexpr Schema progress_schema{
    "opt_out_import_progress",
    {{text("file_hash"), text("channel"), integer("rows"), nullable(integer("last_line"))}}};

Result<Json> show_import(const ApiContext& api) {
  TRY(file, file_named(std::string(api.param("file_hash")), std::string(api.param("channel"))));
  TRY(progress, import_progress(api, events::import_stream(file.hash, file.channel)));
  return Json{{"file_hash", file.hash},
              {"channel", file.channel},
              {"rows", progress.rows},
              {"last_line", std::move(progress.last_line)}};
}

constexpr Route import_rows[] = {
    {"import_opt_outs", "POST", "/api/v1/opt-outs/import", Role::operator_, import_opt_outs,
     &import_answer, "", "file_hash channel reason rows", unreadable_so_nothing_stored},
    {"opt_out_import", "GET", "/api/v1/opt-outs/import", Role::viewer, show_import,
     &progress_schema, "file_hash channel"},
};

} // namespace

constinit const Routes opt_out_import_routes = import_rows;

} // namespace tidemark::gateway
