#include "domain/contacts/contact_facts.hpp"
#include "domain/evolve.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/contacts/routes.hpp"
#include "storage/recorded_event.hpp"

// A contact as it was at a position or time, and what changed since an earlier one.

namespace tidemark::gateway {
namespace {

constexpr Schema fact_schema{
    "contact_fact",
    {{text("kind"), nullable(text("system")), nullable(text("record")), nullable(text("name")),
      nullable(text("address_hash")), nullable(text("before")), nullable(text("text"))}}};
constexpr Schema state_schema{"contact_state",
                              {{text("id"), nullable(integer("from")), integer("position"),
                                nullable(time("at")), list("facts", fact_schema)}}};

Json fact_json(const ApiContext& api, const domain::FactChange& change) {
  const auto& key = change.key;
  const auto shown = [&](const std::optional<domain::Fact>& fact) -> Json {
    if (!fact)
      return {};
    return fact->field ? api.shown(events::name_of(*fact->field), fact->text) : fact->text;
  };
  return {{"kind", domain::name_of(key.kind)},
          {"system", or_null(key.system.value)},
          {"record", key.record.value.empty() ? Json() : Json(api.shown_id(key.record))},
          {"name", or_null(key.name)},
          {"address_hash", key.address == AddressHash{} ? Json() : Json(to_hex(key.address))},
          {"before", shown(change.before)},
          {"text", shown(change.after)}};
}

/// `P` or a time; the log's end when it says nothing.
Result<Position> place(const ApiContext& api, std::string_view name) {
  const auto& log = api.ports.log;
  const auto text = api.param(name);
  if (text.empty())
    return log.durable();
  if (const auto time = from_rfc3339(text))
    return storage::position_at(log, *time);
  const auto position = read_position(text);
  if (!position || *position > log.durable())
    return Error{"bad_position", std::string(name) + " is a position of the log, which ends at "
                                     + std::to_string(log.durable().value)
                                     + ", or a time such as 2026-09-01T15:04:05Z"};
  return *position;
}

Result<domain::ContactFacts> facts_at(const ApiContext& api, const ContactId& id, Position at) {
  domain::Contact contact;
  TRYV(storage::read_under_tag(api.ports.log, api.tenant(), events::contact_tag(id), {},
                               [&](const events::Recorded& recorded) {
                                 if (recorded.envelope.position <= at)
                                   domain::evolve(contact, recorded.event,
                                                  recorded.envelope.recorded_at);
                               }));
  return domain::facts_of(contact);
}

Result<Json> show_state(const ApiContext& api) {
  const ContactId id(api.segment("id"));
  TRY(newest, api.ports.log.newest_tagged(api.tenant(), events::contact_tag(id)));
  if (newest.value == 0)
    return unknown("contact");
  TRY(at, place(api, "at"));
  TRY(facts, facts_at(api, id, at));
  domain::ContactFacts before;
  Json from;
  if (!api.param("from").empty()) {
    TRY(earlier, place(api, "from"));
    if (earlier > at)
      return Error{"bad_position", "from is the earlier one"};
    TRY(then, facts_at(api, id, earlier));
    before = std::move(then);
    from = earlier.value;
  }
  Timestamp time{};
  if (at.value > 0) {
    TRY(event, storage::recorded_event(api.ports.log, at));
    time = event.envelope.recorded_at;
  }
  return Json{{"id", id.value},
              {"from", from},
              {"position", at.value},
              {"at", or_null(time)},
              {"facts", array_json(domain::changes_between(before, facts),
                                   [&](const auto& one) { return fact_json(api, one); })}};
}

constexpr Route state_rows[] = {{"contact_state", "GET", "/api/v1/contacts/{id}/state", Right::read,
                                 show_state, &state_schema, "at from"}};

} // namespace

constinit const Routes contact_state_routes = state_rows;

} // namespace tidemark::gateway
