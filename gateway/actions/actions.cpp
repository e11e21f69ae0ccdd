#include "events/format/reason.hpp"
#include "gateway/actions/bulk_actions.hpp"
#include "gateway/actions/import_list.hpp"
#include "gateway/actions/routes.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "projections/delivery/open_deliveries_view.hpp"

#include <limits>

// One request for many, by a filter and not by what a page shows.

namespace tidemark::gateway {
namespace {

/// What an action of each kind may name.
struct Kind {
  std::string_view what;
  std::string_view filter_members;
};
constexpr Kind kinds[] = {
    {"retry", "state target contact reason_code since until"},
    {"write_off", "state target contact reason_code since until"},
    {"reprocess", "contact connector kind reason_code from to since until"},
    {"purge", "target contact reason_code since until"},
};
constexpr std::string_view import_members = "list file_hash channel source";
constexpr std::string_view work_members = "filter texts rate max_age_seconds confirm";
constexpr std::int64_t rate_max = 1'000;

constexpr Schema skipped_schema{"action_skipped",
                                {{text("reason_code"), integer("count"), text("text")}}};
constexpr Schema filter_schema{
    "action_filter",
    {{nullable(text("state")), nullable(text("target")), nullable(text("contact")),
      nullable(text("reason_code")), nullable(text("connector")), nullable(text("kind")),
      nullable(integer("from")), nullable(integer("to")), nullable(time("since")),
      nullable(time("until"))}}};
constexpr Schema list_schema{
    "action_list",
    {{text("list"), text("file_hash"), nullable(text("channel")), nullable(text("source"))}}};
constexpr Schema action_schema{
    "action",
    {{text("id"), text("what"), text("state"), boolean("dry_run"), object("filter", filter_schema),
      nullable(object("import", list_schema)), text("reason"), text("by"), boolean("texts"),
      nullable(number("rate")), integer("matched"), integer("requested"),
      list("skipped", skipped_schema), time("started_at"), nullable(time("ended_at")),
      nullable(text("error"))}}};
constexpr Schema page_schema{"actions", {{list("items", action_schema)}}};

Json filter_json(const events::BulkFilter& filter) {
  const auto position = [](Position at) -> Json {
    return at == Position{} ? Json() : Json(at.value);
  };
  return {{"state", or_null(filter.state)},
          {"target", or_null(filter.target.value)},
          {"contact", or_null(filter.contact.value)},
          {"reason_code", or_null(filter.reason_code)},
          {"connector", or_null(filter.connector)},
          {"kind", or_null(filter.kind)},
          {"from", position(filter.from)},
          {"to", position(filter.to)},
          {"since", or_null(filter.since)},
          {"until", or_null(filter.until)}};
}

Json list_json(const std::optional<events::BulkImport>& list) {
  if (!list)
    return {};
  return {{"list", list->list},
          {"file_hash", list->file_hash},
          {"channel", or_null(list->channel)},
          {"source", or_null(list->source)}};
}

std::string_view skipped_text(std::string_view code) {
  if (code == "repeated")
    return "The row was taken before.";
  if (code == "refused")
    return "Something is wrong with the row: the answer to the request that it came with says "
           "what.";
  if (code == "same")
    return "Its contact holds all that it says.";
  if (code == "is_a_text")
    return "It is a text, and texts are sent again with texts = true only.";
  if (code == "already_retried")
    return "It was tried again before.";
  if (code == "not_failed")
    return "It is no failed delivery any more.";
  if (code == "not_open")
    return "It has had its end meanwhile.";
  if (code == "is_opt_out")
    return "It tells a system of an opt-out, or may: that is never ended unsent.";
  if (code == "is_out")
    return "Its request is on the way: what becomes of it is known soon.";
  if (code == "not_decided_yet")
    return "It is not decided yet: ask again in a moment.";
  const auto reason = reason_named(code);
  return reason ? explain_reason(*reason).text : std::string_view{};
}

Json action_json(const ApiContext& api, const BulkAction& action) {
  return {{"id", action.id},
          {"what", action.wish.what},
          {"state", action.state},
          {"dry_run", action.wish.dry_run},
          {"filter", filter_json(action.wish.filter)},
          {"import", list_json(action.wish.list)},
          {"reason", api.shown("reason", action.wish.reason)},
          {"by", action.by},
          {"texts", action.wish.texts},
          {"rate", action.wish.list ? Json() : Json(action.wish.per_second)},
          {"matched", action.counts.matched},
          {"requested", action.counts.requested},
          {"skipped", array_json(action.counts.skipped,
                                 [](const auto& one) -> Json {
                                   return {{"reason_code", one.first},
                                           {"count", one.second},
                                           {"text", skipped_text(one.first)}};
                                 })},
          {"started_at", to_rfc3339(action.started_at)},
          {"ended_at", or_null(action.ended_at)},
          {"error", or_null(action.error)}};
}

// ---- what is asked for

Result<std::optional<Timestamp>> time_in(const json::Value& filter, std::string_view name) {
  const auto given = filter[name];
  if (!given.stated())
    return std::optional<Timestamp>{};
  if (const auto time = from_rfc3339(given.text().value_or("")))
    return std::optional(*time);
  return Error{"bad_filter",
               std::string(name) + " is a time with its zone, such as 2026-09-01T15:04:05Z"};
}

Result<Position> position_in(const json::Value& filter, std::string_view name) {
  const auto given = filter[name];
  if (!given.stated())
    return Position{};
  if (const auto position = given.integer(); position && *position > 0)
    return Position{static_cast<std::uint64_t>(*position)};
  return Error{"bad_filter", std::string(name) + " is the position of a webhook, from 1"};
}

/// Only what the kind knows; positions are numbers, all else is text.
Status check_members(const Kind& kind, const json::Value& given) {
  if (given.kind() != json::Kind::object)
    return Error{"bad_filter",
                 "filter is an object; {} means every failed delivery that nobody has seen to"};
  for (const auto& [name, value] : given.members()) {
    if (!has_word(kind.filter_members, name))
      return Error{"bad_filter", "the filter has no '" + std::string(name)
                                     + "'; there are: " + std::string(kind.filter_members)};
    if (value.stated() && !value.text() && name != "from" && name != "to")
      return Error{"bad_filter", std::string(name) + " is a text"};
  }
  return Done{};
}

/// What takes hold of things that nobody has called failed has to be named.
Status check_named(const Kind& kind, const events::BulkFilter& filter) {
  if (kind.what == "purge" && filter.target.value.empty() && filter.reason_code.empty())
    return Error{"bad_filter", "name the target or the reason_code of what is to be ended"};
  if (kind.what == "reprocess" && filter == events::BulkFilter{})
    return Error{"bad_filter",
                 "name what is to be read again: " + std::string(kind.filter_members)};
  return Done{};
}

/// Of a system that is in the configuration no more.
Result<bool> something_waits_for(const ApiContext& api, std::string_view target) {
  constexpr auto all = std::numeric_limits<std::size_t>::max();
  TRY(open, projections::open_deliveries(api.scan, api.tenant(), Timestamp::max(), all));
  return std::ranges::any_of(open.items,
                             [&](const auto& one) { return one.target.value == target; });
}

Result<events::BulkFilter> filter_in(const ApiContext& api, const Kind& kind,
                                     const json::Value& given) {
  TRYV(check_members(kind, given));
  const auto word = [&](std::string_view name) {
    return std::string(given[name].text().value_or(""));
  };
  events::BulkFilter out;
  out.state = word("state");
  out.target = ConnectorName(word("target"));
  out.contact = ContactId(word("contact"));
  out.reason_code = word("reason_code");
  out.connector = word("connector");
  out.kind = word("kind");
  if (!out.state.empty() && out.state != "rejected" && out.state != "dead")
    return Error{"bad_filter", "state is rejected or dead: others have not failed for good"};
  for (const auto& name : {out.target.value, out.connector}) {
    if (name.empty() || api.source(ConnectorName(name)))
      continue;
    TRY(waits, kind.what == "purge" ? something_waits_for(api, name) : Result<bool>(false));
    if (!waits)
      return Error{"bad_filter", "there is no connector '" + name + "'"};
  }
  if (!out.reason_code.empty() && !reason_named(out.reason_code))
    return Error{"bad_filter", "there is no reason code '" + out.reason_code + "'"};
  TRY(from, position_in(given, "from"));
  TRY(to, position_in(given, "to"));
  TRY(since, time_in(given, "since"));
  TRY(until, time_in(given, "until"));
  out.from = from;
  out.to = to;
  out.since = since;
  out.until = until;
  TRYV(check_named(kind, out));
  return out;
}

Result<std::uint32_t> rate_in(const Body& body) {
  const auto given = body["rate"];
  if (!given.stated())
    return BulkWish{}.per_second;
  const auto rate = given.integer();
  if (!rate || *rate < 1 || *rate > rate_max)
    return Error{"bad_rate", "rate is how many a second: a whole number from 1 to 1000"};
  return static_cast<std::uint32_t>(*rate);
}

Result<const Kind*> kind_in(const Body& body) {
  const auto what = body.text("what");
  for (const auto& kind : kinds)
    if (kind.what == what)
      return &kind;
  return Error{"bad_what", "what is retry, write_off, reprocess, purge or import"};
}

/// What cannot be taken back is asked for twice.
Status check_confirmed(const Body& body, const BulkWish& wish) {
  TRY(confirmed, body.flag("confirm", {"bad_confirm", "confirm is true or false"}));
  if (wish.what == "purge" && !wish.dry_run && !confirmed)
    return Error{"bad_confirm", "what is ended is not sent: look at it with dry_run = true, then "
                                "ask with confirm = true"};
  return Done{};
}

/// What the other kind of action has would go unnoticed.
Status check_without(const Body& body, std::string_view members, std::string_view what) {
  for (std::size_t at = 0; at < members.size();) {
    const auto end = std::min(members.find(' ', at), members.size());
    const auto name = members.substr(at, end - at);
    if (body[name].stated())
      return Error{"bad_body", std::string(what) + " has no '" + std::string(name) + "'"};
    at = end + 1;
  }
  return Done{};
}

/// Its rows come with POST /api/v1/opt-outs/import, /contacts/import or /messages/import, which
/// name it.
Result<Json> start_import(const ApiContext& api, const Body& body) {
  TRYV(check_without(body, work_members, "an import"));
  const auto list = body.text("list");
  if (list != "opt_outs" && list != "contacts" && list != "messages")
    return Error{"bad_list", "list is opt_outs, contacts or messages"};
  TRYV(check_without(body, list == "opt_outs" ? "source" : "channel", "such a list"));
  TRY(named, list == "contacts"   ? contact_list(body.text("file_hash"), body.text("source"))
             : list == "messages" ? message_list(body.text("file_hash"), body.text("source"))
                                  : opt_out_list(body.text("file_hash"), body.text("channel")));
  BulkWish wish;
  wish.what = "import";
  wish.list = std::move(named);
  TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
  wish.dry_run = dry_run;
  if (!dry_run) {
    TRY(reason, body.reason());
    wish.reason = std::move(reason);
  }
  wish.request_id = api.request.request_id;
  TRY(started, api.actions.start(std::move(wish), api.caller));
  return action_json(api, started);
}

Result<Json> start_action(const ApiContext& api) {
  TRY(body, api.body());
  if (body.text("what") == "import")
    return start_import(api, body);
  TRYV(check_without(body, import_members, "such an action"));
  TRY(kind, kind_in(body));
  BulkWish wish;
  wish.what = kind->what;
  TRY(filter, filter_in(api, *kind, body["filter"]));
  wish.filter = std::move(filter);
  TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
  TRY(texts, body.flag("texts", {"bad_body", "texts is true or false"}));
  TRY(rate, rate_in(body));
  TRY(age, body.max_age_seconds(0));
  wish.dry_run = dry_run;
  wish.texts = texts;
  wish.per_second = rate;
  wish.max_age_seconds = age;
  wish.request_id = api.request.request_id;
  TRYV(check_confirmed(body, wish));
  if (!dry_run) {
    TRY(reason, body.reason());
    wish.reason = std::move(reason);
  }
  TRY(started, api.actions.start(std::move(wish), api.caller));
  return action_json(api, started);
}

// ---- how far it is

Error no_action() {
  return {"not_found",
          "there is no action of that id among the newest hundred; what an earlier one did stands "
          "in the log"};
}

Result<Json> show_action(const ApiContext& api) {
  const auto found = api.actions.find(api.tenant(), api.segment("id"));
  return found ? Result<Json>(action_json(api, *found)) : Result<Json>(no_action());
}

Result<Json> list_actions(const ApiContext& api) {
  return Json{{"items", array_json(api.actions.of(api.tenant()),
                                   [&](const BulkAction& one) { return action_json(api, one); })}};
}

Result<Json> stop_action(const ApiContext& api) {
  if (!api.actions.stop(api.tenant(), api.segment("id")))
    return no_action();
  return show_action(api);
}

constexpr Route action_rows[] = {
    {"start_action", "POST", "/api/v1/actions", Right::operate, start_action, &action_schema, "",
     "what filter reason dry_run texts rate max_age_seconds confirm list file_hash channel source",
     unreadable_so_nothing_stored, 202},
    {"actions", "GET", "/api/v1/actions", Right::read, list_actions, &page_schema},
    {"action", "GET", "/api/v1/actions/{id}", Right::read, show_action, &action_schema},
    {"stop_action", "POST", "/api/v1/actions/{id}/stop", Right::operate, stop_action,
     &action_schema},
};

} // namespace

constinit const Routes action_routes = action_rows;

} // namespace tidemark::gateway
