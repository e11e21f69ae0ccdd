#include "gateway/operations/restored.hpp"

#include "base/contains.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "gateway/operations/pausing.hpp"
#include "gateway/operations/routes.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::gateway {

Result<std::optional<events::UntilReadBack>> restore_hold(const ApiContext& api) {
  using Hold = std::optional<events::UntilReadBack>;
  TRY(stopped, storage::newest_under_tag<events::SendingStopped>(
                   api.ports.log, api.tenant(), storage::stream_tag(events::sending_stream())));
  return stopped ? stopped->until_read_back : Hold();
}

namespace {

constexpr std::string_view read_to_its_end = "read_back", cannot_be_asked = "cannot_be_asked";

/// Only a comparison of everything counts: a read-back of marks, a backfill and a dry run look at
/// less.
bool is_comparison(events::BackfillKind kind, bool dry_run) {
  return kind == events::BackfillKind::reconcile && !dry_run;
}

std::string_view state_of(const events::BackfillFinished& end) {
  if (end.reason_code != Reason::none)
    return "ended_early";
  return end.counts.errors == 0 ? read_to_its_end : "with_errors";
}

/// The best of the runs since: one that was read to its end stays that.
Result<ReadBack> read_back_of(const ApiContext& api, const WebhookSource& source,
                              Position restored) {
  ReadBack out{source.settings.name, "not_asked", {}};
  const auto& connector = *source.connector;
  if (!connector.list_page && !connector.look_up)
    return ReadBack{source.settings.name, cannot_be_asked, {}};
  const auto tag = storage::stream_tag(events::backfill_stream(out.connector));
  TRYV(storage::read_under_tag(
      api.ports.log, api.tenant(), tag, restored, [&](const events::Recorded& at) {
        if (out.state == read_to_its_end)
          return;
        if (const auto* asked = std::get_if<events::BackfillRequested>(&at.event);
            asked && is_comparison(asked->kind, asked->dry_run))
          out = {out.connector, "under_way", at.envelope.position};
        if (const auto* end = std::get_if<events::BackfillFinished>(&at.event);
            end && is_comparison(end->kind, end->dry_run) && end->run > restored)
          out.state = state_of(*end);
      }));
  return out;
}

} // namespace

Result<std::vector<ReadBack>> read_backs(const ApiContext& api, Position restored) {
  std::vector<ReadBack> out;
  for (const auto& source : api.options.sources)
    if (source.tenant == api.tenant()) {
      TRY(one, read_back_of(api, source, restored));
      out.push_back(std::move(one));
    }
  return out;
}

namespace {

constexpr std::string_view unreadable_restore =
    "the data could not be read, so nothing changed; see the service's log, then send it again";

constexpr Schema read_back_schema{"read_back",
                                  {{text("name"), text("state"), nullable(integer("run"))}}};
constexpr Schema gap_schema{
    "restored",
    {{integer("recorded_at"), integer("backup"), time("taken_at"), integer("position"),
      nullable(integer("acknowledged")), text("reason"), text("by")}}};
constexpr Schema restored_schema{"restore_hold",
                                 {{boolean("holds"), nullable(object("restored", gap_schema)),
                                   list("systems", read_back_schema)}}};

/// What is missing: all that was recorded behind `position` before.
Json gap_json(const events::Recorded& at, const events::LogRestored& e) {
  return {{"recorded_at", at.envelope.position.value},
          {"backup", e.backup},
          {"taken_at", to_rfc3339(e.taken_at)},
          {"position", e.position.value},
          {"acknowledged", e.acknowledged == Position{} ? Json() : Json(e.acknowledged.value)},
          {"reason", e.reason},
          {"by", e.by}};
}

Result<Json> show_restored(const ApiContext& api) {
  Json out{{"holds", false}, {"restored", nullptr}, {"systems", Json::array()}};
  TRY(hold, restore_hold(api));
  if (!hold)
    return out;
  TRY(at, storage::recorded_event(api.ports.log, hold->restored));
  if (const auto* restored = std::get_if<events::LogRestored>(&at.event))
    out["restored"] = gap_json(at, *restored);
  TRY(systems, read_backs(api, hold->restored));
  out["holds"] = true;
  for (const auto& one : systems)
    out["systems"].push_back({{"name", one.connector.value},
                              {"state", one.state},
                              {"run", one.run == Position{} ? Json() : Json(one.run.value)}});
  return out;
}

/// Systems that somebody signs for although they can be asked. Error: bad_without.
Result<std::vector<std::string>> named_without(const Body& body) {
  std::vector<std::string> out;
  for (const auto& one : body["without"].items())
    out.emplace_back(one.text().value_or(""));
  if (body["without"].stated() && out.empty())
    return Error{"bad_without", "without is a list of names of systems"};
  return out;
}

/// Error: not_read_back, which names what is to be read or signed for.
Result<events::RestoreSigned> signature(const std::vector<ReadBack>& systems, Position restored,
                                        const std::vector<std::string>& without) {
  events::RestoreSigned out;
  out.restored = restored;
  std::string missing;
  for (const auto& one : systems) {
    const bool is_named = contains(without, one.connector.value);
    if (one.state == read_to_its_end)
      out.read_back.push_back(one.connector);
    else if (one.state == cannot_be_asked || is_named)
      out.signed_for.push_back(one.connector);
    else
      missing +=
          (missing.empty() ? "" : ", ") + one.connector.value + " (" + std::string(one.state) + ")";
  }
  if (!missing.empty())
    return Error{"not_read_back", "who opted out meanwhile was not read back from: " + missing
                                      + "; reconcile each, or name it under without and see to it "
                                        "yourself"};
  return out;
}

Result<Json> sign_restore(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(percent, percent_in(body));
  TRY(without, named_without(body));
  TRY(hold, restore_hold(api));
  if (!hold)
    return Error{"not_stopped", "nothing is held back after a restore"};
  TRY(systems, read_backs(api, hold->restored));
  TRY(by_whom, signature(systems, hold->restored, without));
  events::SendingResumed event;
  event.percent = percent;
  event.restore_signed = std::move(by_whom);
  return record(api, events::sending_stream(), asked(api, std::move(reason), std::move(event)));
}

constexpr Route restored_rows[] = {
    {"restored", "GET", "/api/v1/restored", Right::read, show_restored, &restored_schema},
    {"sign_restore", "POST", "/api/v1/restored/sign", Right::operate, sign_restore, &accepted, "",
     "reason percent without", unreadable_restore},
};

} // namespace

constinit const Routes restored_routes = restored_rows;

} // namespace tidemark::gateway
