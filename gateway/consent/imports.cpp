#include "domain/consent/imported_opt_out.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "gateway/consent/routes.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

// Lists of opt-outs from elsewhere, row by row. A row is decided by the engine like any input.

namespace tidemark::gateway {
namespace {

constexpr std::size_t rows_max = 500; // of one request
constexpr std::chrono::minutes ahead_at_most{5};
constexpr std::string_view usual_channel = "all";

// ---- what is sent

/// The file that the rows are of, and what one closes that names no channel.
struct ImportedFile {
  std::string hash, channel;
};

Result<ImportedFile> file_named(std::string hash, std::string channel) {
  constexpr std::size_t digits = 64;
  if (hash.size() != digits || hash.find_first_not_of("0123456789abcdef") != std::string::npos)
    return Error{"bad_file_hash", "file_hash is the SHA-256 of the file: 64 digits and letters "
                                  "from a to f"};
  if (channel.empty())
    channel = usual_channel;
  if (!domain::channels_named(channel, events::Field::phone)
      && !domain::channels_named(channel, events::Field::email))
    return Error{"bad_channel", "channel is sms, calls, email or all"};
  return ImportedFile{std::move(hash), std::move(channel)};
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
      read_address(row[by_phone ? "phone" : "email"].text().value_or(""), api.region());
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

constexpr Schema row_schema{
    "imported_row",
    {{integer("line"), text("result"), optional(text("code")), optional(text("text"))}}};
constexpr Schema import_answer{
    "opt_out_import",
    {{integer("taken"), integer("repeated"), integer("refused"), list("rows", row_schema)}}};

/// The rows of one request, and what is told of each.
struct Batch {
  std::vector<storage::Append> appends;
  std::vector<std::size_t> places; ///< of the appends among `rows`
  Json rows = Json::array();
  std::size_t refused = 0;

  void take(std::uint64_t line, storage::Append append) {
    places.push_back(rows.size());
    appends.push_back(std::move(append));
    rows.push_back({{"line", line}});
  }
  void refuse(std::uint64_t line, const Error& why) {
    ++refused;
    rows.push_back({{"line", line}, {"result", "refused"}, {"code", why.code}, {"text", why.text}});
  }
};

Result<Batch> read_batch(const ApiContext& api, const Body& body, const ImportedFile& file,
                         const std::string& reason) {
  const auto items = body["rows"].items();
  if (items.empty() || items.size() > rows_max)
    return Error{"bad_rows", "rows is a list with 1 to 500 of them"};
  Batch out;
  for (const auto& item : items) {
    const auto line = item["line"].integer().value_or(0);
    if (line <= 0)
      return Error{"bad_rows", "each row has its line, a whole number from 1 on"};
    auto row = read_row(api, item, file);
    if (!row) {
      out.refuse(static_cast<std::uint64_t>(line), row.error());
      continue;
    }
    row->file_hash = file.hash;
    row->line = static_cast<std::uint64_t>(line);
    out.take(row->line, append_of(api, file, asked(api, reason, *std::move(row))));
  }
  return out;
}

Result<Json> import_opt_outs(const ApiContext& api) {
  TRY(body, api.body());
  TRY(file, file_named(body.text("file_hash"), body.text("channel")));
  TRY(reason, body.reason());
  TRY(batch, read_batch(api, body, file, reason));
  std::size_t taken = 0, repeated = 0;
  if (!batch.appends.empty()) {
    const auto outcomes = storage::append_all_and_wait(api.ports.log, std::move(batch.appends));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const bool stored = std::holds_alternative<storage::Appended>(outcomes[i]);
      if (!stored && !std::holds_alternative<storage::Duplicate>(outcomes[i]))
        return Error{"not_stored", "not all rows were stored; send the same rows again later: what "
                                   "is stored is not stored twice"};
      ++(stored ? taken : repeated);
      batch.rows[batch.places[i]]["result"] = stored ? "taken" : "repeated";
    }
  }
  return Json{{"taken", taken},
              {"repeated", repeated},
              {"refused", batch.refused},
              {"rows", std::move(batch.rows)}};
}

// ---- how far a file was taken

constexpr Schema progress_schema{
    "opt_out_import_progress",
    {{text("file_hash"), text("channel"), integer("rows"), nullable(integer("last_line"))}}};

Result<Json> show_import(const ApiContext& api) {
  TRY(file, file_named(std::string(api.param("file_hash")), std::string(api.param("channel"))));
  const auto stream = events::import_stream(file.hash, file.channel);
  TRY(count, api.ports.log.version_of(api.tenant(), stream));
  Json last;
  if (count.value > 0) {
    TRY(newest, api.ports.log.newest_tagged(api.tenant(), storage::stream_tag(stream)));
    TRY(recorded, storage::recorded_event(api.ports.log, newest));
    if (const auto* row = std::get_if<events::OptOutImported>(&recorded.event))
      last = row->line;
  }
  return Json{{"file_hash", file.hash},
              {"channel", file.channel},
              {"rows", count.value},
              {"last_line", std::move(last)}};
}

constexpr Route import_rows[] = {
    {"import_opt_outs", "POST", "/api/v1/opt-outs/import", Role::operator_, import_opt_outs,
     &import_answer, "", "file_hash channel reason rows", unreadable_so_nothing_stored},
    {"opt_out_import", "GET", "/api/v1/opt-outs/import", Role::viewer, show_import,
     &progress_schema, "file_hash channel"},
};

} // namespace

constinit const Routes import_routes = import_rows;

} // namespace tidemark::gateway
