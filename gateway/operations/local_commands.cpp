#include "base/text/json_writer.hpp"
#include "gateway/api/json.hpp"
#include "gateway/operations/alerts.hpp"
#include "gateway/operations/connector_state.hpp"
#include "gateway/operations/health.hpp"
#include "gateway/operations/routes.hpp"
#include "gateway/queues/queue.hpp"
#include "projections/attention/by_hand_view.hpp"
#include "projections/identity/parked_view.hpp"

// What programs of this machine ask through the service's own socket.

namespace tidemark::gateway {
namespace {

constexpr std::size_t parked_counted_max = 1000; ///< more than so many are "at least so many"
constexpr Schema parked_count_schema{"parked_count",
                                     {{integer("waiting"), integer("dead"), boolean("at_least")}}};
constexpr std::size_t hands_counted_max = 1000;

constexpr Schema status_schema{
    "status",
    {{text("status"), text("version"), boolean("loopback_http_allowed"),
      map("services", service_schema), map("aliases"), time("at"), text("tenant"),
      integer("position"), list("connectors", connector_state_schema), list("queues", queue_schema),
      list("alerts", alert_schema), object("parked", parked_count_schema),
      integer("opt_outs_by_hand")}}};

/// Calls and messages that wait for their person, and those that have waited too long.
Result<Json> parked_counts(const ApiContext& api) {
  TRY(waiting, projections::parked_page(api.scan, api.tenant(), false, {}, parked_counted_max));
  TRY(dead, projections::parked_page(api.scan, api.tenant(), true, {}, parked_counted_max));
  return Json{{"waiting", waiting.items.size()},
              {"dead", dead.items.size()},
              {"at_least", !waiting.next.empty() || !dead.next.empty()}};
}

/// Health, connectors, queues and alerts of a tenant in one: `tidemark status`.
Result<Json> show_status(const ApiContext& api) {
  const auto now = api.now();
  TRY(active, shown_alerts(api));
  auto out = health_json(api);
  out["at"] = to_rfc3339(now);
  out["tenant"] = api.tenant().value;
  out["position"] = api.ports.log.durable().value;
  out["connectors"] = Json::array();
  out["queues"] = Json::array();
  for (const auto& report : api.ports.health.connectors()) {
    if (report.tenant != api.tenant())
      continue;
    TRY(note, read_outage_note(api.ports.log, report.tenant, report.connector));
    Json item{{"name", report.connector.value}, {"outage_note", outage_note_json(note, now)}};
    item.update(connector_state(report, now));
    out["connectors"].push_back(std::move(item));
  }
  TRY(queues, queues_of(api));
  for (const auto& queue : queues)
    out["queues"].push_back(queue_json(queue, now));
  out["alerts"] = array_json(active, alert_json);
  TRY(parked, parked_counts(api));
  out["parked"] = std::move(parked);
  TRY(left, projections::all_left_to_people(api.scan, api.tenant(), {}, hands_counted_max, now));
  out["opt_outs_by_hand"] = left.size();
  return out;
}

constexpr Schema connected_schema{"connected", {{text("text")}}};

Result<std::string> connect(const ApiContext& api) {
  TRY(body, api.body());
  return api.ports.connect_account(api.tenant(), ConnectorName(body.text("connector")),
                                   body.text("code"));
}

/// An account is connected by an authorisation code, or without one says where to get it.
Answer connect_account(const ApiContext& api) {
  const auto text = connect(api); // a sentence for people
  if (text)
    return json_answer(200, {{"text", json::to_valid_utf8(*text)}});
  const auto& error = text.error(); // of the system, whatever its code
  const std::uint16_t status = error.code.starts_with("bad_") ? 400 : 409;
  return problem_answer({status, error.code, error.text}, api.request.request_id, api.now());
}

constexpr Schema checkpoint_schema{"checkpoint",
                                   {{integer("position"), text("head"), text("log")}}};

/// For `tidemark backup`, which copies it from there.
Result<Json> make_checkpoint(const ApiContext& api) {
  if (!api.ports.checkpoint)
    return Error{"not_found", "this service keeps no log of its own"};
  TRY(made, api.ports.checkpoint());
  return Json{{"position", made.position.value}, {"head", made.head}, {"log", made.log_id}};
}

constexpr Route local_rows[] = {
    {"make_checkpoint", "POST", "/api/v1/checkpoints", Right::local, make_checkpoint,
     &checkpoint_schema},
    {"status", "GET", "/api/v1/status", Right::local, show_status, &status_schema},
    {"connect_account", "POST", "/api/v1/accounts", Right::local, connect_account,
     &connected_schema, "", "connector code"},
};

} // namespace

constinit const Routes local_routes = local_rows;

} // namespace tidemark::gateway
