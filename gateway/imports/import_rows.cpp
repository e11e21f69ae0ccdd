#include "gateway/imports/import_rows.hpp"

#include "gateway/actions/bulk_actions.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::gateway {
namespace {

constexpr std::size_t rows_max = 500; // of one request
constexpr std::chrono::minutes ahead_at_most{5};

/// In the words of actions.
events::BulkCounts counts_of(const Json& answer) {
  events::BulkCounts out;
  out.matched = answer["rows"].size();
  for (const auto* name : {"taken", "new", "changed", "fine"})
    out.requested += answer.value(name, std::uint64_t{0});
  for (const auto* name : {"repeated", "same", "refused"})
    out.skipped[name] = answer.value(name, std::uint64_t{0});
  return out;
}

} // namespace

Result<Json> taken_under_action(const ApiContext& api, const Body& body,
                                const events::BulkImport& list, bool dry_run,
                                const std::function<Result<Json>()>& take) {
  const auto action = body.text("action");
  TRY(last, body.flag("last", {"bad_body", "last is true or false"}));
  if (action.empty() && (last || body["action"].stated()))
    return Error{"bad_body", "action is the id of an import, and last is said of one"};
  if (action.empty())
    return take();
  TRYV(api.actions.check_import(api.tenant(), action, list, dry_run));
  TRY(answer, take());
  TRYV(api.actions.count_rows(api.tenant(), action, counts_of(answer), last));
  return std::move(answer);
}

Result<Address> address_in(json::Value row, std::string_view region) {
  const bool by_phone = row["phone"].stated();
  if (by_phone == row["email"].stated())
    return Error{"bad_row", "a row has a phone or an email of the person, one of them"};
  auto out = read_address(row[by_phone ? "phone" : "email"].text().value_or(""), region);
  if (!out || out->kind != (by_phone ? events::Field::phone : events::Field::email))
    return Error{"bad_address", by_phone ? "this is no phone number in any usual form"
                                         : "this is no e-mail address"};
  return *std::move(out);
}

Result<std::string> time_in(json::Value at, Timestamp now) {
  const auto said = from_rfc3339(at.text().value_or(""));
  if (!said)
    return Error{"bad_at", "at is no time in RFC 3339 with its zone"};
  if (*said > now + ahead_at_most)
    return Error{"bad_at", "at lies in the future"};
  return to_rfc3339(*said);
}

Json refused_row(std::uint64_t line, const Error& why) {
  return {{"line", line}, {"result", "refused"}, {"code", why.code}, {"text", why.text}};
}

Result<ImportRows> ImportRows::read(const Body& body, const Reader& read_row) {
  const auto items = body["rows"].items();
  if (items.empty() || items.size() > rows_max)
    return Error{"bad_rows", "rows is a list with 1 to 500 of them"};
  ImportRows out;
  for (const auto& item : items) {
    const auto said = item["line"].integer().value_or(0);
    if (said <= 0)
      return Error{"bad_rows", "each row has its line, a whole number from 1 on"};
    const auto line = static_cast<std::uint64_t>(said);
    auto append = read_row(item, line);
    if (!append) {
      ++out.refused_;
      out.rows_.push_back(refused_row(line, append.error()));
      continue;
    }
    out.places_.push_back(out.rows_.size());
    out.appends_.push_back(*std::move(append));
    out.rows_.push_back({{"line", line}});
  }
  return out;
}

Result<Json> ImportRows::store(const ApiContext& api) && {
  std::size_t taken = 0, repeated = 0;
  if (!appends_.empty()) {
    const auto outcomes = storage::append_all_and_wait(api.ports.log, std::move(appends_));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const bool stored = std::holds_alternative<storage::Appended>(outcomes[i]);
      if (!stored && !std::holds_alternative<storage::Duplicate>(outcomes[i]))
        return Error{"not_stored", "not all rows were stored; send the same rows again later: what "
                                   "is stored is not stored twice"};
      ++(stored ? taken : repeated);
      rows_[places_[i]]["result"] = stored ? "taken" : "repeated";
    }
  }
  return Json{
      {"taken", taken}, {"repeated", repeated}, {"refused", refused_}, {"rows", std::move(rows_)}};
}

Result<ImportProgress> import_progress(const ApiContext& api, const StreamName& stream) {
  TRY(count, api.ports.log.version_of(api.tenant(), stream));
  ImportProgress out{count.value, {}};
  if (count.value == 0)
    return out;
  TRY(newest, api.ports.log.newest_tagged(api.tenant(), storage::stream_tag(stream)));
  TRY(recorded, storage::recorded_event(api.ports.log, newest));
  if (const auto* opt_out = std::get_if<events::OptOutImported>(&recorded.event))
    out.last_line = opt_out->line;
  else if (const auto* contact = std::get_if<events::ContactImported>(&recorded.event))
    out.last_line = contact->line;
  else if (const auto* message = std::get_if<events::MessageImported>(&recorded.event))
    out.last_line = message->line;
  return out;
}

} // namespace tidemark::gateway
