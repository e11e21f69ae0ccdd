#include "events/format/reason.hpp"
#include "gateway/actions/bulk_actions.hpp"
#include "gateway/actions/routes.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"

// One request for many: tried again or written off, by a filter and not by what a page shows.

namespace tidemark::gateway {
namespace {

constexpr std::string_view filter_members = "state target contact reason_code since until";
constexpr double rate_max = 1'000;

constexpr Schema skipped_schema{"action_skipped",
                                {{text("reason_code"), integer("count"), text("text")}}};
constexpr Schema filter_schema{
    "action_filter",
    {{nullable(text("state")), nullable(text("target")), nullable(text("contact")),
      nullable(text("reason_code")), nullable(time("since")), nullable(time("until"))}}};
constexpr Schema action_schema{
    "action",
    {{text("id"), text("what"), text("state"), boolean("dry_run"), object("filter", filter_schema),
      text("reason"), text("by"), boolean("texts"), number("rate"), integer("matched"),
      integer("requested"), list("skipped", skipped_schema), time("started_at"),
      nullable(time("ended_at")), nullable(text("error"))}}};
constexpr Schema page_schema{"actions", {{list("items", action_schema)}}};

Json filter_json(const FailedChoice& filter) {
  return {{"state", or_null(filter.state)},           {"target", or_null(filter.target.value)},
          {"contact", or_null(filter.contact.value)}, {"reason_code", or_null(filter.reason_code)},
          {"since", or_null(filter.since)},           {"until", or_null(filter.until)}};
}

std::string_view skipped_text(std::string_view code) {
  if (code == "is_a_text")
    return "It is a text, and texts are sent again with texts = true only.";
  if (code == "already_retried")
    return "It was tried again before.";
  if (code == "not_failed")
    return "It is no failed delivery any more.";
  const auto reason = reason_named(code);
  return reason ? explain_reason(*reason).text : std::string_view{};
}

Json action_json(const ApiContext& api, const BulkAction& action) {
  return {{"id", action.id},
          {"what", action.wish.what},
          {"state", action.state},
          {"dry_run", action.wish.dry_run},
          {"filter", filter_json(action.wish.filter)},
          {"reason", api.shown("reason", action.wish.reason)},
          {"by", action.by},
          {"texts", action.wish.texts},
          {"rate", action.wish.per_second},
          {"matched", action.matched},
          {"requested", action.requested},
          {"skipped", array_json(action.skipped,
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

Result<FailedChoice> filter_in(const ApiContext& api, const json::Value& given) {
  if (given.kind() != json::Kind::object)
    return Error{"bad_filter",
                 "filter is an object; {} means every failed delivery that nobody has "
                 "seen to"};
  for (const auto& [name, value] : given.members()) {
    if (!has_word(filter_members, name))
      return Error{"bad_filter", "the filter has no '" + std::string(name)
                                     + "'; there are: " + std::string(filter_members)};
    if (value.stated() && !value.text())
      return Error{"bad_filter", std::string(name) + " is a text"};
  }
  const auto word = [&](std::string_view name) {
    return std::string(given[name].text().value_or(""));
  };
  FailedChoice out{word("state"),
                   ConnectorName(word("target")),
                   ContactId(word("contact")),
                   word("reason_code"),
                   {},
                   {}};
  if (!out.state.empty() && out.state != "rejected" && out.state != "dead")
    return Error{"bad_filter", "state is rejected or dead: others have not failed for good"};
  if (!out.target.value.empty() && !api.source(out.target))
    return Error{"bad_filter", "there is no connector '" + out.target.value + "'"};
  TRY(since, time_in(given, "since"));
  TRY(until, time_in(given, "until"));
  out.since = since;
  out.until = until;
  return out;
}

Result<double> rate_in(const Body& body) {
  const auto given = body["rate"];
  if (!given.stated())
    return BulkWish{}.per_second;
  const auto rate = given.integer();
  if (!rate || *rate < 1 || static_cast<double>(*rate) > rate_max)
    return Error{"bad_rate", "rate is how many a second: a whole number from 1 to 1000"};
  return static_cast<double>(*rate);
}

Result<std::uint64_t> text_age_in(const Body& body) {
  constexpr std::int64_t most = 30LL * 24 * 3600;
  const auto given = body["max_age_seconds"];
  if (!given.stated())
    return std::uint64_t{0};
  const auto age = given.integer();
  if (!age || *age < 1 || *age > most)
    return Error{"bad_max_age",
                 "max_age_seconds is a whole number of seconds from 1 to " + std::to_string(most)};
  return static_cast<std::uint64_t>(*age);
}

Result<Json> start_action(const ApiContext& api) {
  TRY(body, api.body());
  BulkWish wish;
  wish.what = body.text("what");
  if (wish.what != "retry" && wish.what != "write_off")
    return Error{"bad_what", "what is retry or write_off. Webhooks are read again by "
                             "POST /api/v1/webhooks/{position}/reprocess, lists of opt-outs are "
                             "imported by POST /api/v1/opt-outs/import"};
  TRY(filter, filter_in(api, body["filter"]));
  wish.filter = std::move(filter);
  TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
  TRY(texts, body.flag("texts", {"bad_body", "texts is true or false"}));
  TRY(rate, rate_in(body));
  TRY(age, text_age_in(body));
  wish.dry_run = dry_run;
  wish.texts = texts;
  wish.per_second = rate;
  wish.max_age_seconds = age;
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
          "there is no action of that id since the service was started; what an earlier "
          "one did stands in the log, and the same request goes on where it ended"};
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
    {"start_action", "POST", "/api/v1/actions", Role::operator_, start_action, &action_schema, "",
     "what filter reason dry_run texts rate max_age_seconds", unreadable_so_nothing_stored, 202},
    {"actions", "GET", "/api/v1/actions", Role::viewer, list_actions, &page_schema},
    {"action", "GET", "/api/v1/actions/{id}", Role::viewer, show_action, &action_schema},
    {"stop_action", "POST", "/api/v1/actions/{id}/stop", Role::operator_, stop_action,
     &action_schema},
};

} // namespace

constinit const Routes action_routes = action_rows;

} // namespace tidemark::gateway
