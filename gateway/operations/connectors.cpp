#include "events/format/tags.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/store.hpp"
#include "gateway/operations/connector_state.hpp"
#include "gateway/operations/pausing.hpp"
#include "gateway/operations/routes.hpp"
#include "gateway/outages/outage_note.hpp"
#include "gateway/outages/planned_end.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

// ---- how they stand

Json settings_json(const connectors::Settings& settings) {
  Json out = Json::object();
  const auto masked = settings.redacted();
  for (const auto& [key, value] : masked.values)
    out[key] = value;
  for (const auto& [key, value] : masked.secrets)
    out[key] = value.reveal(); // "***" since redacted()
  return out;
}

Result<Json> list_connectors(const ApiContext& api) {
  const auto reports = api.ports.health.connectors();
  std::vector<KeyedItem> items;
  for (const auto& source : api.options.sources) {
    if (source.tenant != api.tenant())
      continue;
    Json item{{"name", source.settings.name.value},
              {"type", source.connector->type},
              {"title", source.connector->title},
              {"channels", array_json(source.connector->channels,
                                      [](const auto& channel) { return Json(channel.name); })},
              {"settings", settings_json(source.settings)}};
    TRY(note, read_outage_note(api.ports.log, source.tenant, source.settings.name));
    item["outage_note"] = outage_note_json(note, api.now());
    const auto report = std::find_if(reports.begin(), reports.end(), [&](const auto& one) {
      return one.tenant == source.tenant && one.connector == source.settings.name;
    });
    if (report != reports.end())
      item.update(connector_state(*report, api.now()));
    items.push_back({source.settings.name.value, std::move(item)});
  }
  return paged(api, std::move(items));
}

// ---- holding deliveries back. No request is dispatched behind the record
// (domain/delivery/flow_control.hpp).

/// For Route::unreadable.
constexpr std::string_view unreadable_pause =
    "the data could not be read, so nothing changed; see the service's log, then send it again";

Result<Json> record_pause(const ApiContext& api, const ConnectorName& connector,
                          events::Event event) {
  return record(api, events::connector_stream(connector), std::move(event),
                "nothing was stored and nothing changed; send it again later");
}

Result<std::optional<events::ConnectorPaused>> pause_in_force(const ApiContext& api,
                                                              const ConnectorName& connector) {
  return storage::newest_under_tag<events::ConnectorPaused>(
      api.ports.log, api.tenant(), storage::stream_tag(events::connector_stream(connector)));
}

Result<Json> pause_connector(const ApiContext& api) {
  TRY(connector, api.connector_in_path());
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(hold, body.flag("hold_opt_outs",
                      {"bad_hold_opt_outs",
                       "hold_opt_outs is true or false; true keeps opt-outs from the system too, "
                       "which has to be mended by hand"}));
  TRY(planned, planned_end_in(api, body));
  TRY(before, pause_in_force(api, connector));
  TRYV(keeps_opt_outs_held(before && before->hold_opt_outs ? before->by : "", hold));
  events::ConnectorPaused event;
  event.connector = connector;
  event.planned_end = planned;
  event.hold_opt_outs = hold;
  return record_pause(api, connector, asked(api, std::move(reason), std::move(event)));
}

Result<Json> resume_connector(const ApiContext& api) {
  TRY(connector, api.connector_in_path());
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(paused, pause_in_force(api, connector));
  if (!paused)
    return Error{"not_paused", "this connector is not paused"};
  events::ConnectorResumed event;
  event.connector = connector;
  return record_pause(api, connector, asked(api, std::move(reason), std::move(event)));
}

constexpr Route pause_row{
    "pause_connector", "POST", "/api/v1/connectors/{name}/pause", Right::operate,  pause_connector,
    &accepted,         "",     "reason hold_opt_outs until",      unreadable_pause};
constexpr Route resume_row{"resume_connector",
                           "POST",
                           "/api/v1/connectors/{name}/resume",
                           Right::operate,
                           resume_connector,
                           &accepted,
                           "",
                           "reason",
                           unreadable_pause};
/// Whoever puts a connector into a state, and whoever asks for it to be done, gets the same.
constexpr Route by_put(Route row) {
  row.method = "PUT";
  return row;
}

constexpr Route connector_rows[] = {
    {"connectors", "GET", "/api/v1/connectors", Right::read, list_connectors,
     &list_of<connector_schema>, "limit after"},
    pause_row,
    by_put(pause_row),
    resume_row,
    by_put(resume_row),
};

} // namespace

constinit const Routes connector_routes = connector_rows;

} // namespace tidemark::gateway
