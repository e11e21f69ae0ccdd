#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "domain/consent/keyword_recognition.hpp"
#include "domain/rules/rules.hpp"
#include "events/format/tags.hpp"
#include "gateway/actions/import_list.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/api/store.hpp"
#include "gateway/imports/import_rows.hpp"
#include "gateway/imports/routes.hpp"

#include <algorithm>

// Lists of messages that were said before, row by row: kept with their people, shown nowhere else
// and sent by nobody. A text that is an opt-out closes, dated then; no text opens anything.

namespace tidemark::gateway {
namespace {

using events::Channel;
using events::MessageImported;
using events::MessageStatus;

constexpr std::size_t text_max = 10'000, short_max = 200; // bytes

std::string stream_part(std::string_view list, const std::string& source) {
  return std::string(list) + (source.empty() ? "" : "." + source);
}

// ---- what is sent

/// A member that may be left out; "" then.
Result<std::string> short_text(json::Value value, std::string_view name, std::size_t bytes_max) {
  if (!value.stated())
    return std::string();
  const auto text = value.text();
  if (!text || text->size() > bytes_max)
    return Error{"bad_row", std::string(name) + " is no text, or longer than "
                                + std::to_string(bytes_max) + " bytes"};
  return std::string(*text);
}

Status read_channel(json::Value row, events::Field kind, events::MessageFacts& out) {
  const auto word = row["channel"].stated()        ? row["channel"].text().value_or("")
                    : kind == events::Field::phone ? "sms"
                                                   : "email";
  for (const auto channel : {Channel::sms, Channel::whatsapp, Channel::email})
    if (word == name_of_enum(channel) && events::address_kind(channel) == kind) {
      out.channel = channel;
      return Done{};
    }
  return Error{"bad_channel", "channel is none of sms, whatsapp and email, or such an address does "
                              "not have it"};
}

Status read_their_address(const ApiContext& api, json::Value row, events::MessageFacts& out) {
  TRY(address, address_in(row, api.region()));
  out.their_address = PiiText(std::move(address.value));
  return read_channel(row, address.kind, out);
}

/// One that came from the person was received; how far another came only its list can tell.
Status read_state(json::Value state, events::MessageFacts& out) {
  if (out.inbound)
    out.status = MessageStatus::delivered;
  if (!state.stated())
    return Done{};
  constexpr auto& names = events::EnumNames<MessageStatus>::names;
  const auto at = std::ranges::find(names, state.text().value_or(""));
  if (at == names.end())
    return Error{"bad_row", "state is one of unknown, queued, sent, delivered, read, failed"};
  out.status = static_cast<MessageStatus>(at - names.begin());
  return Done{};
}

Status read_words(json::Value row, events::MessageFacts& out) {
  TRY(text, short_text(row["text"], "text", text_max));
  TRY(subject, short_text(row["subject"], "subject", text_max));
  if (text.empty() && subject.empty())
    return Error{"bad_row", "the row has no text"};
  out.text = PiiText(std::move(text));
  out.subject = PiiText(std::move(subject));
  TRY(agent, short_text(row["agent"], "agent", short_max));
  out.agent = std::move(agent);
  TRY(ours, short_text(row["our_address"], "our_address", short_max));
  out.our_address = std::move(ours);
  return Done{};
}

Result<MessageImported> read_message(const ApiContext& api, json::Value row,
                                     const events::BulkImport& file) {
  for (const auto& [name, value] : row.members())
    if (!has_word("line phone email id channel direction at state text subject agent our_address",
                  name))
      return Error{"bad_row",
                   "a row has line, phone or email, direction, at, text, and perhaps id, "
                   "channel, state, subject, agent and our_address, and nothing else"};
  MessageImported out;
  auto& message = out.message;
  message.source = ConnectorName(file.source.empty() ? "import" : file.source);
  TRYV(read_their_address(api, row, message));
  const auto direction = row["direction"].text().value_or("");
  if (direction != "inbound" && direction != "outbound")
    return Error{"bad_row", "direction is inbound (the person wrote it) or outbound"};
  message.inbound = direction == "inbound";
  TRY(at, time_in(row["at"], api.now()));
  message.stated_at = std::move(at);
  TRYV(read_state(row["state"], message));
  TRYV(read_words(row, message));
  TRY(id, short_text(row["id"], "id", short_max));
  if (!id.empty() && file.source.empty())
    return Error{"bad_row", "id needs the request's source: the same id in two lists may be two "
                            "messages"};
  message.message_id = std::move(id);
  return out;
}

bool is_opt_out(const events::MessageFacts& message) {
  return message.inbound && events::address_kind(message.channel) == events::Field::phone
         && domain::recognise(message.text.reveal()).sign == domain::MessageSign::opt_out;
}

/// By its id, else by all that it says: another file that has the message has nothing new.
std::string known_by(const events::MessageFacts& message) {
  const auto begin = "import/message/" + message.source.value + "/";
  if (!message.message_id.empty())
    return begin + message.message_id;
  return begin + message.stated_at + "/" + std::string(name_of_enum(message.channel)) + "/"
         + (message.inbound ? "from/" : "to/") + std::string(message.their_address.reveal()) + "/"
         + sha256_hex(message.subject.reveal()) + "/" + sha256_hex(message.text.reveal());
}

storage::Append message_append(const ApiContext& api, const events::BulkImport& file,
                               MessageImported row) {
  storage::Append out;
  out.tenant = api.tenant();
  out.dedupe.push_back({api.ports.hasher(HashedKind::notice, api.tenant(), known_by(row.message)),
                        std::nullopt,
                        {}});
  std::optional<events::OptOutImported> closes;
  if (is_opt_out(row.message))
    closes = {.file_hash = row.file_hash,
              .line = row.line,
              .kind = events::Field::phone,
              .address = row.message.their_address,
              .channels = {Channel::sms, Channel::whatsapp},
              .stated_at = row.message.stated_at,
              .reason = row.reason,
              .by = row.by,
              .request_id = row.request_id};
  out.events.push_back({events::import_stream(file.file_hash, stream_part("messages", file.source)),
                        std::move(row),
                        {},
                        {}});
  if (closes) {
    const auto hash = api.hash_of({closes->kind, std::string(closes->address.reveal())});
    out.events.push_back({events::import_stream(file.file_hash, stream_part("stops", file.source)),
                          *std::move(closes),
                          {events::imported_opt_out_tag(hash)},
                          {}});
  }
  return out;
}

// ---- what came of it, or would

constexpr Schema message_import_answer{
    "message_import",
    {{optional(integer("taken")), optional(integer("repeated")), optional(integer("fine")),
      optional(integer("of_nobody")), integer("opt_outs"), integer("refused"),
      list("rows", imported_row)}}};

Result<bool> is_of_nobody(const ApiContext& api, const events::MessageFacts& message) {
  const auto kind = events::address_kind(message.channel);
  TRY(holder,
      holder_now(api.ports.log, api.tenant(),
                 api.hash_of({kind, std::string(message.their_address.reveal())}), *api.rules()));
  return !holder;
}

Result<Json> preview_messages(const ApiContext& api, const Body& body,
                              const events::BulkImport& file) {
  if (!api.rules())
    return Error{"busy", "the rules are not known yet: try again"};
  std::vector<std::pair<std::uint64_t, Result<MessageImported>>> read;
  TRYV(ImportRows::read(body, [&](json::Value item, std::uint64_t line) -> Result<storage::Append> {
    read.emplace_back(line, read_message(api, item, file));
    return storage::Append{};
  }));
  std::size_t fine = 0, of_nobody = 0, opt_outs = 0, refused = 0;
  Json rows = Json::array();
  for (const auto& [line, row] : read) {
    if (!row) {
      ++refused;
      rows.push_back(refused_row(line, row.error()));
      continue;
    }
    TRY(nobody, is_of_nobody(api, row->message));
    of_nobody += nobody ? 1 : 0;
    opt_outs += is_opt_out(row->message) ? 1 : 0;
    ++fine;
    rows.push_back({{"line", line}, {"result", "fine"}});
  }
  return Json{{"fine", fine},
              {"of_nobody", of_nobody},
              {"opt_outs", opt_outs},
              {"refused", refused},
              {"rows", std::move(rows)}};
}

Result<Json> store_messages(const ApiContext& api, const Body& body,
                            const events::BulkImport& file) {
  TRY(reason, body.reason());
  std::size_t opt_outs = 0;
  TRY(rows,
      ImportRows::read(body, [&](json::Value item, std::uint64_t line) -> Result<storage::Append> {
        TRY(row, read_message(api, item, file));
        row.file_hash = file.file_hash;
        row.line = line;
        opt_outs += is_opt_out(row.message) ? 1 : 0;
        return message_append(api, file, asked_in(api, body, reason, std::move(row)));
      }));
  TRY(answer, std::move(rows).store(api));
  answer["opt_outs"] = opt_outs;
  return std::move(answer);
}

Result<Json> import_messages(const ApiContext& api) {
  TRY(body, api.body());
  TRY(file, message_list(body.text("file_hash"), body.text("source")));
  TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
  return taken_under_action(api, body, file, dry_run, [&] {
    return dry_run ? preview_messages(api, body, file) : store_messages(api, body, file);
  });
}

// ---- how far a file was taken

constexpr Schema message_progress{
    "message_import_progress",
    {{text("file_hash"), integer("rows"), nullable(integer("last_line"))}}};

Result<Json> show_message_import(const ApiContext& api) {
  TRY(file, message_list(std::string(api.param("file_hash")), std::string(api.param("source"))));
  TRY(progress, import_progress(api, events::import_stream(file.file_hash,
                                                           stream_part("messages", file.source))));
  return Json{{"file_hash", file.file_hash},
              {"rows", progress.rows},
              {"last_line", std::move(progress.last_line)}};
}

constexpr Route message_import_rows[] = {
    {"import_messages", "POST", "/api/v1/messages/import", Right::operate, import_messages,
     &message_import_answer, "", "file_hash source reason dry_run rows action last",
     unreadable_so_nothing_stored},
    {"message_import", "GET", "/api/v1/messages/import", Right::read, show_message_import,
     &message_progress, "file_hash source"},
};

} // namespace

constinit const Routes message_import_routes = message_import_rows;

} // namespace tidemark::gateway
