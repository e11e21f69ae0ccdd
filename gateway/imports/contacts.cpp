#include "domain/rules/normalise.hpp"
#include "domain/rules/reserved_tags.hpp"
#include "domain/rules/rules.hpp"
#include "domain/rules/tag_key.hpp"
#include "events/format/tags.hpp"
#include "gateway/actions/import_list.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/api/store.hpp"
#include "gateway/imports/import_rows.hpp"
#include "gateway/imports/routes.hpp"

#include <algorithm>

// Lists of contacts from elsewhere, row by row. A row is decided by the engine like any input; of
// consent it says nothing.

namespace tidemark::gateway {
namespace {

using events::ContactImported;
using events::Field;

constexpr std::size_t value_max = 1'000, row_tags_max = 100, tag_max = 200, id_max = 200;

/// Read as a list of another source, a file tells more: the ids of its rows.
std::string part_of_stream(const std::string& source) {
  return source.empty() ? "contacts" : "contacts." + source;
}

// ---- what is sent

Status read_fields(const ApiContext& api, json::Value fields, ContactImported& out) {
  for (const auto& [name, value] : fields.members()) {
    const auto field = events::field_named(name);
    if (!field)
      return Error{"bad_row", "fields has a name that is none of a contact's fields"};
    const auto said = value.text();
    if (!said || said->size() > value_max)
      return Error{"bad_row", "a field is no text, or longer than 1000 bytes"};
    auto kept = domain::normalised(*field, *said, api.region());
    if (kept.empty())
      continue; // a list that leaves a cell empty does not say that the person has none
    const bool finds = *field == Field::phone || *field == Field::email;
    if (finds && domain::identity_key(*field, kept).empty())
      return Error{"bad_address", *field == Field::phone ? "what stands for a phone number is none"
                                                         : "what stands for an e-mail address is "
                                                           "none"};
    out.fields.set(*field, std::move(kept));
  }
  if (!out.fields.has_value(Field::phone) && !out.fields.has_value(Field::email))
    return Error{"bad_address", "the row has neither a phone number nor an e-mail address"};
  return Done{};
}

/// Nobody is opted out by a list of contacts, and nobody is made known without it either.
Status read_tags(json::Value tags, ContactImported& out) {
  for (const auto& tag : tags.items()) {
    const auto text = tag.text();
    if (!text || text->empty() || text->size() > tag_max || out.tags.size() == row_tags_max)
      return Error{"bad_row", "tags is a list of at most 100 texts, each of 1 to 200 bytes"};
    if (domain::is_opt_out_tag(*text))
      return Error{"bad_opted_out", "a tag says that the person opted out: have the row taken as "
                                    "an opt-out first, then without the tag"};
    out.tags.emplace_back(*text);
  }
  return Done{};
}

Result<ContactImported> read_contact(const ApiContext& api, json::Value row,
                                     const events::BulkImport& file) {
  for (const auto& [name, value] : row.members())
    if (!has_word("line id fields tags", name))
      return Error{"bad_row", "a row has line, id, fields and tags, and nothing else"};
  ContactImported out;
  if (row["id"].stated()) {
    const auto id = row["id"].text().value_or("");
    if (id.empty() || id.size() > id_max || file.source.empty())
      return Error{"bad_row", "id is a text of at most 200 bytes, and needs the request's source: "
                              "the same id in two lists may be two people"};
    out.remote_id = RemoteId(file.source + ":" + std::string(id));
  }
  TRYV(read_fields(api, row["fields"], out));
  TRYV(read_tags(row["tags"], out));
  return out;
}

storage::Append contact_append(const ApiContext& api, const events::BulkImport& file,
                               ContactImported row) {
  auto once = "import/" + file.file_hash + "/contact/" + std::to_string(row.line);
  if (!file.source.empty())
    once += "/" + file.source;
  storage::Append out;
  out.tenant = api.tenant();
  out.dedupe.push_back(
      {api.ports.hasher(HashedKind::notice, api.tenant(), once), std::nullopt, {}});
  out.events.push_back(
      {events::import_stream(file.file_hash, part_of_stream(file.source)), std::move(row), {}, {}});
  return out;
}

// ---- what it would be

/// The row's record, as its translation reads it; nothing when the row has no id.
std::optional<std::pair<ConnectorName, RemoteId>> record_of(const ContactImported& row) {
  const auto& id = row.remote_id.value;
  if (id.empty())
    return std::nullopt;
  const auto end = id.find(':');
  return std::pair{ConnectorName("import." + id.substr(0, end)), RemoteId(id.substr(end + 1))};
}

/// Whose the row is by its record, its phone or its e-mail, in this order.
Result<std::optional<ContactId>> known_as(const ApiContext& api, const ContactImported& row) {
  if (const auto record = record_of(row)) {
    const auto& [lists, id] = *record;
    const auto hash = events::remote_hash(api.ports.hasher, api.tenant(), lists, id);
    TRY(found, projections::contact_by_record(api.scan, api.tenant(), lists, to_hex(hash)));
    if (found)
      return contact_of_now(api.ports.log, api.tenant(), *found);
  }
  for (const auto field : {Field::phone, Field::email}) {
    const auto key = domain::identity_key(field, row.fields.get(field));
    if (key.empty())
      continue;
    TRY(holder, holder_now(api.ports.log, api.tenant(), api.hash_of({field, key}), *api.rules()));
    if (holder)
      return holder;
  }
  return std::optional<ContactId>();
}

/// Does the contact hold all that the row states?
Result<bool> holds_all(const ApiContext& api, const ContactId& id, const ContactImported& row) {
  TRY(contact, contact_now(api.ports.log, api.tenant(), id));
  const auto record = record_of(row);
  const bool knows_it = !record || std::ranges::any_of(contact.records, [&](const auto& known) {
    return std::pair(known.connector, known.remote_id) == *record;
  });
  if (!knows_it)
    return false;
  for (const auto& [field, value] : row.fields)
    if (domain::comparable(field, contact.merged.get(field))
        != domain::comparable(field, value.reveal()))
      return false;
  if (row.tags.empty())
    return true;
  TRY(shown, projections::contact(api.scan, api.tenant(), id));
  return std::ranges::all_of(row.tags, [&](const auto& tag) {
    return shown && std::ranges::any_of(shown->tags, [&](const auto& held) {
             return domain::tag_key(held) == domain::tag_key(tag);
           });
  });
}

Result<Json> preview_contacts(const ApiContext& api, const Body& body,
                              const events::BulkImport& file) {
  if (!api.rules())
    return Error{"busy", "the rules are not known yet: try again"};
  std::size_t fresh = 0, changed = 0, same = 0, refused = 0;
  Json rows = Json::array();
  // Read as if it were to be stored: what is bad is the same.
  std::vector<std::pair<std::uint64_t, Result<ContactImported>>> read;
  TRYV(ImportRows::read(body, [&](json::Value item, std::uint64_t line) -> Result<storage::Append> {
    read.emplace_back(line, read_contact(api, item, file));
    return storage::Append{};
  }));
  for (const auto& [line, row] : read) {
    if (!row) {
      ++refused;
      rows.push_back(refused_row(line, row.error()));
      continue;
    }
    TRY(known, known_as(api, *row));
    std::string_view result = "new";
    if (known) {
      TRY(holds, holds_all(api, *known, *row));
      result = holds ? "same" : "changed";
    }
    ++(!known ? fresh : result == "same" ? same : changed);
    rows.push_back({{"line", line}, {"result", result}});
  }
  return Json{{"new", fresh},
              {"changed", changed},
              {"same", same},
              {"refused", refused},
              {"rows", std::move(rows)}};
}

constexpr Schema contact_import_answer{
    "contact_import",
    {{optional(integer("taken")), optional(integer("repeated")), optional(integer("new")),
      optional(integer("changed")), optional(integer("same")), integer("refused"),
      list("rows", imported_row)}}};

Result<Json> store_contacts(const ApiContext& api, const Body& body,
                            const events::BulkImport& file) {
  TRY(reason, body.reason());
  TRY(rows,
      ImportRows::read(body, [&](json::Value item, std::uint64_t line) -> Result<storage::Append> {
        TRY(row, read_contact(api, item, file));
        row.file_hash = file.file_hash;
        row.line = line;
        return contact_append(api, file, asked_in(api, body, reason, std::move(row)));
      }));
  return std::move(rows).store(api);
}

Result<Json> import_contacts(const ApiContext& api) {
  TRY(body, api.body());
  TRY(file, contact_list(body.text("file_hash"), body.text("source")));
  TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
  return taken_under_action(api, body, file, dry_run, [&] {
    return dry_run ? preview_contacts(api, body, file) : store_contacts(api, body, file);
  });
}

// ---- how far a file was taken

constexpr Schema contact_progress{
    "contact_import_progress",
    {{text("file_hash"), integer("rows"), nullable(integer("last_line"))}}};

Result<Json> show_contact_import(const ApiContext& api) {
  TRY(file, contact_list(std::string(api.param("file_hash")), std::string(api.param("source"))));
  const auto stream = events::import_stream(file.file_hash, part_of_stream(file.source));
  TRY(progress, import_progress(api, stream));
  return Json{{"file_hash", file.file_hash},
              {"rows", progress.rows},
              {"last_line", std::move(progress.last_line)}};
}

constexpr Route contact_import_rows[] = {
    {"import_contacts", "POST", "/api/v1/contacts/import", Right::operate, import_contacts,
     &contact_import_answer, "", "file_hash source reason dry_run rows action last",
     unreadable_so_nothing_stored},
    {"contact_import", "GET", "/api/v1/contacts/import", Right::read, show_contact_import,
     &contact_progress, "file_hash source"},
};

} // namespace

constinit const Routes contact_import_routes = contact_import_rows;

} // namespace tidemark::gateway
